type Block = (name: string, body: () => void) => void;

/**
 * A `describe` for tests that need what a machine may lack (Python, a document): skipped with the reason where it is
 * missing, and failed there under CI, so that nothing goes untried unseen. The body runs either way: use in it nothing
 * that is missing, outside of the tests.
 */
export function needs(condition: boolean, reason: string): Block {
  if (condition) return (name, body) => describe(name, body);
  if (process.env['CI']) return (name) => describe(name, () => unmet(reason));
  return (name, body) => describe.skip(`${name} (skipped: ${reason})`, body);
}

function unmet(reason: string): void {
  test('has what it needs', () => {
    throw new Error(reason);
  });
}
