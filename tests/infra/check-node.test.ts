import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';

const project = path.join(import.meta.dirname, '../..');
const script = readFileSync(path.join(project, 'infra/check-node.cjs'), 'utf8');

/** Output and exit code of the script in a Node of this version. */
function runScript(node: string): { lines: string[]; code: number | undefined } {
  const lines: string[] = [];
  let code: number | undefined;
  runInNewContext(script, {
    process: { versions: { node }, exit: (with_: number) => (code = with_) },
    console: { error: (line: string) => lines.push(line) },
  });
  return { lines, code };
}

test.each(['16.20.2', '18.20.8', '20.20.2', '22.17.1', '23.5.0'])(
  'Node %s is reported as too old in one line',
  (node) => {
    const { lines, code } = runScript(node);
    expect(lines).toEqual([
      expect.stringMatching(/^bedrock-gateway needs Node 22\.18 or later, .*npx pulumi up[^\n]*$/),
    ]);
    expect(lines[0]).toContain(`Node ${node}.`);
    expect(code).toBe(32);
  },
);

test.each(['22.18.0', '22.23.3', '23.6.0', '24.0.0', '26.1.0'])('Node %s runs the program', (node) => {
  expect(runScript(node)).toEqual({ lines: [], code: undefined });
});

test('Pulumi.yaml starts the program with the check', () => {
  expect(readFileSync(path.join(project, 'Pulumi.yaml'), 'utf8')).toContain(
    'nodeargs: --require ./infra/check-node.cjs\n',
  );
});
