/** A reporter that prints one line per file; failures follow in full. Vitest requires a default export. */
// oxlint-disable-next-line import/no-default-export
export default class CompactReporter {
  onInit(vitest) {
    this.vitest = vitest;
  }

  onTestModuleEnd(module) {
    const seconds = (module.diagnostic().duration / 1000).toFixed(1);
    const failed = module.state() === 'failed';
    console.log(`${failed ? 'FAIL' : 'PASS'} ${module.relativeModuleId} (${counts(module)}, ${seconds} s)`);
    if (!failed) return;
    for (const error of module.errors()) console.log(error.stack ?? error.message);
    for (const test of module.children.allTests('failed')) {
      console.log(`  ● ${test.fullName}`);
      for (const { message, stack, diff } of test.result().errors ?? []) console.log(diff ?? '', stack ?? message);
    }
  }

  onTestRunEnd(_modules, unhandledErrors) {
    for (const error of unhandledErrors) console.log(`FAIL outside of tests: ${error.stack ?? error.message}`);
  }
}

function counts(module) {
  const states = ['passed', 'failed', 'skipped'];
  const parts = states.map((state) => [[...module.children.allTests(state)].length, state]);
  return (
    parts
      .map(([count, word]) => (count > 0 ? `${count} ${word}` : ''))
      .filter(Boolean)
      .join(', ') || 'no tests'
  );
}
