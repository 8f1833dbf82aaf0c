type Block = (name: string, body: () => void) => void;

/**
 * A `describe` for tests that need what a machine may lack (Python, a document): skipped where it is missing, with the
 * reason, which `npm test` tells at its end. BEDROCK_GATEWAY_NO_SKIPS makes that a failure, so that nothing goes untried
 * unseen. The body runs either way: use in it nothing that is missing, outside of the tests.
 */
export function needs(condition: boolean, reason: string): Block {
  if (condition) return (name, body) => describe(name, body);
  if (process.env['BEDROCK_GATEWAY_NO_SKIPS']) return (name) => describe(name, () => unmet(reason));
  return (name, body) => describe.skip(`${name} (skipped: ${reason})`, body);
}

function unmet(reason: string): void {
  test('has its prerequisites', () => {
    throw new Error(reason);
  });
}
