import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/** The slowest files, the slowest first: vitest does not know that on a machine that has not run them before. */
const slowestFirst = ['fleet.test.ts', 'variants.test.ts', 'stacks.test.ts', 'component.test.ts', 'code.test.ts'];

/** Begins with the slowest files, so that both workers end at about the same time. */
class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((one, other) => rank(one) - rank(other)));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const found = slowestFirst.indexOf(path.basename(moduleId));
  return found === -1 ? slowestFirst.length : found;
}

/** The tests under Pulumi's real engine: `npm run test:engine` runs them, `npm test` does not. Vitest requires a default export. */
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    globals: true,
    root: path.resolve(import.meta.dirname, '..', '..'),
    include: ['tests/engine/**/*.test.ts'],
    globalSetup: 'tests/engine/global-setup.ts',
    pool: 'forks',
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Each has the CLI and the program beside it, of which one waits for the other.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
