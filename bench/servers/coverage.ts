// The sources of the function, without a bundle: which functions a warm chat enters, and in which order.
import { Session } from 'node:inspector/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installRuntime, invoke } from './invoke.ts';

/** A job: an event of an HTTP API, and the folder that holds the sources of the function. */
export interface Tracing {
  readonly event: string;
  readonly sources: string;
}

/** A named function that the event entered, and how often. */
export interface Entered {
  /** Path below the folder of the sources. */
  readonly file: string;
  readonly name: string;
  readonly calls: number;
}

/** What one warm event enters. */
export interface Traced {
  readonly functions: readonly Entered[];
  /** Every entry of a named function, the first one first: indexes into `functions`. */
  readonly order: readonly number[];
  readonly answer: string;
}

interface Found extends Entered {
  readonly url: string;
  readonly scriptId: string;
  readonly start: number;
  readonly end: number;
}

const session = new Session();
session.connect();

/** Where the conditions of the breakpoints below leave what was entered. */
const order: number[] = [];
Object.assign(globalThis, { enteredFunction: (index: number) => void order.push(index) });

async function trace({ event, sources }: Tracing): Promise<Traced> {
  const handler = pathToFileURL(`${sources}/handler.ts`);
  const bundle = (await import(handler.href)) as Record<string, unknown>;
  const run = (): Promise<readonly (string | Buffer)[]> => invoke(bundle, 'buffered', event);
  await run();
  const functions = await covered(new URL('.', handler).href, run);
  await watch(functions);
  const answer = await run();
  return {
    functions: functions.map(({ file, name, calls }) => ({ file, name, calls })),
    order,
    answer: answer.join(''),
  };
}

/** Counts calls with V8's precise coverage. */
async function covered(folder: string, run: () => Promise<unknown>): Promise<Found[]> {
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  await run();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
  return result
    .filter(({ url }) => url.startsWith(folder))
    .flatMap(({ url, scriptId, functions }) =>
      functions
        .filter(({ functionName, ranges: [range] }) => functionName !== '' && (range?.count ?? 0) > 0)
        .map(({ functionName: name, ranges: [range] }) => ({
          url,
          scriptId,
          file: fileURLToPath(url).slice(fileURLToPath(folder).length),
          name,
          calls: range?.count ?? 0,
          start: range?.startOffset ?? 0,
          end: range?.endOffset ?? 0,
        })),
    );
}

/** Sets a breakpoint into each function that never pauses: its condition notes the entry. */
async function watch(functions: readonly Found[]): Promise<void> {
  await session.post('Debugger.enable');
  for (const [index, { scriptId, start, end }] of functions.entries()) {
    const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId });
    const at = (offset: number) => ({ scriptId, ...position(scriptSource, offset) });
    const { locations } = await session.post('Debugger.getPossibleBreakpoints', { start: at(start), end: at(end) });
    const [first] = locations;
    if (first)
      await session.post('Debugger.setBreakpoint', { location: first, condition: `enteredFunction(${index})` });
  }
}

function position(text: string, offset: number): { lineNumber: number; columnNumber: number } {
  const lineNumber = text.slice(0, offset).split('\n').length - 1;
  return { lineNumber, columnNumber: offset - (text.lastIndexOf('\n', offset - 1) + 1) };
}

installRuntime();
process.on('message', (message: Tracing | string) => {
  if (typeof message !== 'string') void trace(message).then((traced) => process.send?.(traced));
});
process.send?.({ origin: '' });
