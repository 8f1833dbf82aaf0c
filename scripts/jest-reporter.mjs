import path from 'node:path';

/** A reporter that prints one line per file, and failures in full with the file's output. Jest requires a default export. */
// oxlint-disable-next-line import/no-default-export
export default class CompactReporter {
  #error;

  onTestResult(test, result) {
    const file = path.relative(test.context.config.rootDir, result.testFilePath);
    const failed = result.numFailingTests > 0 || result.testExecError !== undefined;
    const seconds = ((result.perfStats?.runtime ?? 0) / 1000).toFixed(1);
    say(`${failed ? 'FAIL' : 'PASS'} ${file} (${counts(result)}, ${seconds} s)`);
    if (!failed) return;
    for (const line of result.console ?? []) say(`    ${line.type}: ${line.message}`);
    say(result.failureMessage ?? '');
  }

  onRunComplete(_contexts, { numTotalTestSuites, wasInterrupted }) {
    if (numTotalTestSuites === 0) this.#error = new Error('no test file matches');
    else if (wasInterrupted) this.#error = new Error('interrupted');
  }

  getLastError() {
    return this.#error;
  }
}

function counts({ numPassingTests, numFailingTests, numPendingTests, numTodoTests }) {
  const skipped = numPendingTests + numTodoTests;
  const parts = [
    [numPassingTests, 'passed'],
    [numFailingTests, 'failed'],
    [skipped, 'skipped'],
  ];
  return (
    parts
      .map(([count, word]) => (count > 0 ? `${count} ${word}` : ''))
      .filter(Boolean)
      .join(', ') || 'no tests'
  );
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
