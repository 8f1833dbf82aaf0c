import { compileValidators } from '../../schemas/compile-validators.ts';
import { install, uninstall } from './support/installation.ts';

export async function setup(): Promise<void> {
  await compileValidators();
  install();
}

export function teardown(): void {
  uninstall();
}
