import { writeFileSync } from 'node:fs';
import process from 'node:process';

/** Where the totals are written as JSON: `files`, `passed`, `failed`, `skipped`, and the reasons of skipped blocks. */
export const resultVariable = 'BEDROCK_GATEWAY_TEST_RESULT';

/** A reporter that prints one line per file, and failures in full. Vitest requires a default export. */
// oxlint-disable-next-line import/no-default-export
export default class CompactReporter {
  onTestModuleEnd(module) {
    const seconds = (module.diagnostic().duration / 1000).toFixed(1);
    const failed = module.state() === 'failed';
    console.log(`${failed ? 'FAIL' : 'PASS'} ${module.relativeModuleId} (${counts(module)}, ${seconds} s)`);
    if (failed) printFailures(module);
  }

  onTestRunEnd(modules, unhandledErrors) {
    for (const error of unhandledErrors) console.log(`FAIL outside of tests: ${error.stack ?? error.message}`);
    const count = (state) => modules.flatMap((module) => [...module.children.allTests(state)]).length;
    const unloaded = modules.filter((module) => module.state() === 'failed' && !has(module, 'failed'));
    const result = {
      files: modules.length,
      passed: count('passed'),
      // A file that fails to load has no tests that could fail.
      failed: count('failed') + unloaded.length + unhandledErrors.length,
      skipped: count('skipped'),
      reasons: reasonsOf(modules),
    };
    const file = process.env[resultVariable];
    if (file) writeFileSync(file, JSON.stringify(result));
  }
}

function counts(module) {
  const parts = ['passed', 'failed', 'skipped'].map((state) => [[...module.children.allTests(state)].length, state]);
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return words.join(', ') || 'no tests';
}

function has(module, state) {
  return !module.children.allTests(state).next().done;
}

function printFailures(module) {
  for (const error of module.errors()) console.log(error.stack ?? error.message);
  for (const test of module.children.allTests('failed')) {
    console.log(`  ● ${test.fullName}`);
    for (const { message, stack, diff } of test.result().errors ?? []) console.log(diff ?? '', stack ?? message);
  }
}

/** The reasons of skipped blocks, each once; `needs` in tests/support/skip.ts adds them to the names of the blocks. */
function reasonsOf(modules) {
  const names = modules.flatMap((module) =>
    Array.from(module.children.allTests('skipped'), ({ fullName }) => fullName),
  );
  return [...new Set(names.map((name) => / \(skipped: (.+?)\) > /.exec(name)?.[1]).filter(Boolean))];
}
