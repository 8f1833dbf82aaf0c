import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const isPython = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/tests/python/');

/** Tests in Python come last: their environments are made while the others run. */
class PythonLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter((file) => !isPython(file)), ...sorted.filter(isPython)];
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
    // Modules are loaded once for each of two processes, and not for each file: half of the time was spent on loading.
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    sequence: { sequencer: PythonLast },
    // Many tests start processes; on two busy cores that takes its time. Nothing here measures it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
