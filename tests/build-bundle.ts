// Builds the code of the functions, which is kept, before the tests begin: else each of their processes that needs it would build it.
import path from 'node:path';
import { bundle } from '../infra/bundle.ts';

const root = path.resolve(import.meta.dirname, '..');
const nothing = { models: {}, allowUnmappedBedrockModels: true, callers: [], callersMaySet: [], chatTemplates: {} };
await bundle(root, nothing);
