import { totalmem } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { compiledFolder } from './tests/global-setup.ts';

/**
 * Files that take ten seconds or more, which come first: one that begins last keeps a single process busy at the end. The clients in
 * Python take longest.
 */
const slow = [
  'python/clients',
  'attacks/hostile-answers',
  'bench/bench',
  'infra/language-host',
  'component/package',
  'local/playground-browser',
  'local/start',
  'local/stacks',
  'attacks/mutated',
  'scripts/mistakes',
  'scripts/scripts',
  'attacks/upstreams',
  'infra/bundle',
  'endpoints/chat-completions',
  'local/models-parameter',
  'attacks/cost',
  'attacks/debug-log',
  'clients/gateway-keys',
  'python/oracle',
  'python/moto',
].map((name) => `/tests/${name}.test.ts`);

/** Memory of a process of tests and of the process that serves its local stacks, in bytes, at most. */
const bytesPerWorker = 2.5 * 1024 ** 3;

/** Whether most of a file's time passes without work: clients wait for the simulators' pace, and before they try again. */
function isWaiting(file: string): boolean {
  return file.includes('/tests/clients/');
}

/** Other files after each file that waits, so that half of the processes are at work: clients take some four times as long. */
const busyPerWaiting = 4;

/** Begins with the slow files, and spreads those that wait among the others. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const first = slow.flatMap((name) => sorted.filter(({ moduleId }) => moduleId.endsWith(name)));
    const rest = sorted.filter((file) => !first.includes(file));
    const waiting = rest.filter(({ moduleId }) => isWaiting(moduleId));
    const busy = rest.filter((file) => !waiting.includes(file));
    const spread: TestSpecification[] = [];
    for (const [index, file] of busy.entries()) {
      spread.push(file);
      if (index % busyPerWaiting === 0) spread.push(...waiting.splice(0, 1));
    }
    return [...first, ...spread, ...waiting];
  }
}

/** How `npm test` runs the tests. Vitest requires a default export. */
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    globals: true,
    include: ['tests/**/*.test.ts'],
    // Those take minutes and Pulumi's CLI: `npm run test:engine`.
    exclude: ['tests/engine/**'],
    globalSetup: 'tests/global-setup.ts',
    setupFiles: 'tests/setup.ts',
    // Tests start hundreds of processes that load the same packages: Node keeps what it has compiled of them.
    // esbuild, the compiler and the linter are written in Go and end soon: collecting their garbage costs a fifth of their time.
    env: { NODE_COMPILE_CACHE: compiledFolder, GOGC: 'off', GOMEMLIMIT: '1GiB' },
    // Modules are loaded once for each process, and not for each file: half of the time was spent on loading. Four keep two cores busy, where
    // the memory suffices: many tests wait for processes, and for simulators, which take as long as models. Five take more time in all.
    pool: 'forks',
    isolate: false,
    maxWorkers: Math.max(2, Math.min(4, Math.floor(totalmem() / bytesPerWorker))),
    // Tests make much that is soon garbage: fewer collections, without threads of their own, save a twentieth of the time.
    execArgv: [
      '--max-semi-space-size=64',
      '--min-semi-space-size=32',
      '--single-threaded-gc',
      `--import=${new URL('tests/markdown-modules.mjs', import.meta.url).href}`,
    ],
    // Node runs TypeScript as it is. With Vite's own loader, a run of short tests took a quarter more.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: SlowFirst },
    // Many tests start processes; on two busy cores that takes its time. Nothing here measures it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
