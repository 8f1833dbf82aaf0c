import { compileValidators } from '../../schemas/compile-validators.ts';
import { install } from './support/installation.ts';

/** Jest requires a default export. */
// oxlint-disable-next-line import/no-default-export
export default async function setUp(): Promise<void> {
  await compileValidators();
  install();
}
