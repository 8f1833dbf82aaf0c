import { compileValidators } from '../schemas/compile-validators.ts';

/** Compiles the validators before any test loads them. */
export async function setup(): Promise<void> {
  await compileValidators();
}
