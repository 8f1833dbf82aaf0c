import { compileValidators } from '../schemas/compile-validators.ts';

/** Jest's globalSetup asks for a default export; the validators must be there before any test loads them. */
// oxlint-disable-next-line import/no-default-export
export default compileValidators;
