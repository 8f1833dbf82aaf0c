import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { runCommand } from './command.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
const script = fileURLToPath(import.meta.resolve('@modelcontextprotocol/inspector-cli/build/index.js'));
const expectedTools: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, 'mcp-tools.json'), 'utf8'));

/** Runs the inspector's command line as docs/mcp.md shows it. */
function inspect(args: readonly string[], apiKey = gateway().apiKey) {
  const { baseUrl } = gateway();
  const url = new URL('/mcp', baseUrl).href;
  return runCommand(script, [url, '--transport', 'http', '--header', `Authorization: Bearer ${apiKey}`, ...args]);
}

test('lists the tools', async () => {
  const { code, stdout } = await inspect(['--method', 'tools/list']);
  expect([code, JSON.parse(stdout)]).toEqual([0, { tools: expectedTools }]);
});

test('calls a tool', async () => {
  const { model } = gateway();
  const call = ['--method', 'tools/call', '--tool-name', 'chat', '--tool-arg', `model=${model}`, 'prompt=Hello'];
  const { code, stdout } = await inspect(call);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { structuredContent: { model, finish_reason: 'stop' } }]);
});

test('lists and reads the models', async () => {
  const listed = await inspect(['--method', 'resources/list']);
  expect(JSON.parse(listed.stdout)).toEqual({
    resources: expect.arrayContaining([expect.objectContaining({ uri: 'bedrock-gateway://models' })]),
  });
  const read = await inspect(['--method', 'resources/read', '--uri', 'bedrock-gateway://models']);
  expect(JSON.parse(read.stdout)).toMatchObject({ contents: [{ text: expect.stringContaining(gateway().model) }] });
});

test('is told why a key is not taken', async () => {
  const { code, stderr } = await inspect(['--method', 'tools/list'], 'wrong');
  expect([code, stderr]).toEqual([1, expect.stringContaining('Incorrect API key provided.')]);
});
