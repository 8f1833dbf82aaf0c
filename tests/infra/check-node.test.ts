import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';

const project = path.join(import.meta.dirname, '../..');
const script = readFileSync(path.join(project, 'infra/check-node.cjs'), 'utf8');

/** What the script says and exits with in a Node of this version. */
function checked(node: string): { said: string[]; code: number | undefined } {
  const said: string[] = [];
  let code: number | undefined;
  runInNewContext(script, {
    process: { versions: { node }, exit: (with_: number) => (code = with_) },
    console: { error: (line: string) => said.push(line) },
  });
  return { said, code };
}

test.each(['16.20.2', '18.20.8', '20.20.2', '22.17.1', '23.5.0'])(
  'Node %s is told to be too old in one line',
  (node) => {
    const { said, code } = checked(node);
    expect(said).toEqual([
      expect.stringMatching(/^bedrock-gateway needs Node 22\.18 or later, .*npx pulumi up[^\n]*$/),
    ]);
    expect(said[0]).toContain(`Node ${node}.`);
    expect(code).toBe(32);
  },
);

test.each(['22.18.0', '22.23.3', '23.6.0', '24.0.0', '26.1.0'])('Node %s runs the program', (node) => {
  expect(checked(node)).toEqual({ said: [], code: undefined });
});

test('the program is started with the check', () => {
  expect(readFileSync(path.join(project, 'Pulumi.yaml'), 'utf8')).toContain(
    'nodeargs: --require ./infra/check-node.cjs\n',
  );
});
