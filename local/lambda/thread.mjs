// The entry of each environment's thread: the runtime without the stripping of its types, which took a third of a thread's start. What the
// function loads then is loaded as on Lambda.
// @ts-check
import { withoutCache } from '../typescript-cache.mjs';

const { run } = await import('./runtime.ts');
withoutCache();
await run();
