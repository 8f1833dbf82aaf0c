import path from 'node:path';

/** The slowest files, the slowest first: jest does not know that on a machine that has not run them before. */
const slowestFirst = ['variants.test.ts', 'stacks.test.ts', 'code.test.ts', 'changes.test.ts'];

/** Begins with the slowest files, so that both workers end at about the same time. Jest requires a default export. */
// oxlint-disable-next-line import/no-default-export
export default class LongestFirst {
  sort(tests) {
    return [...tests].sort((one, other) => rank(one) - rank(other));
  }

  shard(tests) {
    return tests;
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {
    // The order is a fixed one.
  }
}

function rank(test) {
  const found = slowestFirst.indexOf(path.basename(test.path));
  return found === -1 ? slowestFirst.length : found;
}
