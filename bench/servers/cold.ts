// A fresh process that loads a bundle and answers one request with it.
import { pathToFileURL } from 'node:url';
import { installRuntime, invoke } from './invoke.ts';

const [bundle = '', event = ''] = process.argv.slice(2);
installRuntime();
const began = performance.now();
const loaded = (await import(pathToFileURL(bundle).href)) as Record<string, unknown>;
const importMs = performance.now() - began;
const answer = await invoke(loaded, 'streaming', event);
const totalMs = performance.now() - began;
// The gateway's log line comes before it.
process.stdout.write(`\n${JSON.stringify({ importMs, totalMs, answer: answer.join('') })}\n`, () => process.exit(0));
