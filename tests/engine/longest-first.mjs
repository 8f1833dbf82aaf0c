import path from 'node:path';

/** The files that take longest, in their order; a machine that has not run them before could not know. */
const slowestFirst = ['variants.test.ts', 'stacks.test.ts', 'code.test.ts', 'changes.test.ts'];

/** Begins with what takes longest, so that both workers end at about the same time. Jest asks for a default export. */
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
