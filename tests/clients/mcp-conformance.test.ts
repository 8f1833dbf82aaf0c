import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import { runCommand } from './command.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));

const tools = 'calls tools of its own test server, which this server does not have';
const resources = 'reads resources of its own test server, which this server does not have';
const prompts = 'needs prompts, and this server has none';
const subscriptions = 'needs subscriptions, and nothing here changes while a client watches';
const asking = 'needs a server that asks its client in the middle of a call, which takes a session';
const sessions = 'needs a session, and checks nothing without one';

/** Every server scenario of the suite: how many checks must pass, or why it is not run. */
const scenarios: Readonly<Record<string, number | string>> = {
  'server-initialize': 1,
  ping: 1,
  'tools-list': 1,
  'resources-list': 1,
  'dns-rebinding-protection': 2,
  'logging-set-level': 'needs logging over MCP, and the log of this server is in CloudWatch',
  'completion-complete': 'completes arguments of prompts, and this server has none',
  'tools-call-simple-text': tools,
  'tools-call-image': tools,
  'tools-call-audio': tools,
  'tools-call-embedded-resource': tools,
  'tools-call-mixed-content': tools,
  'tools-call-with-logging': tools,
  'tools-call-error': tools,
  'tools-call-with-progress': tools,
  'tools-call-sampling': asking,
  'tools-call-elicitation': asking,
  'json-schema-2020-12': 'looks for a tool of its own test server',
  'elicitation-sep1034-defaults': asking,
  'elicitation-sep1330-enums': asking,
  'server-sse-polling': sessions,
  'server-sse-multiple-streams': sessions,
  'resources-read-text': resources,
  'resources-read-binary': resources,
  'resources-templates-read': resources,
  'resources-subscribe': subscriptions,
  'resources-unsubscribe': subscriptions,
  'prompts-list': prompts,
  'prompts-get-simple': prompts,
  'prompts-get-with-args': prompts,
  'prompts-get-embedded-resource': prompts,
  'prompts-get-with-image': prompts,
};

const run = Object.entries(scenarios).flatMap(([name, checks]) =>
  typeof checks === 'number' ? [[name, checks] as const] : [],
);

test('every scenario of the suite is in the table', async () => {
  const { stdout } = await runCommand(suite, ['list', '--server']);
  const [, listed = ''] = stdout.split('Server scenarios');
  const names = [...listed.matchAll(/^ {2}- (\S+)/gm)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(Object.keys(scenarios)));
});

describe('with a key, which the suite itself cannot send', () => {
  let front: http.Server;
  let url: string;

  beforeAll(async () => {
    const { baseUrl, apiKey } = gateway();
    front = http.createServer((request, response) => {
      const { method, url: path = '', headers } = request;
      const sent = { ...headers, authorization: `Bearer ${apiKey}` };
      const outgoing = http.request(new URL(path, baseUrl), { method, headers: sent }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      outgoing.on('error', () => response.destroy());
      request.pipe(outgoing);
    });
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
    url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/mcp`;
  });
  afterAll(async () => {
    front.closeAllConnections();
    front.close();
    await once(front, 'close');
  });

  test.each(run)('%s passes with %i checks', async (scenario, checks) => {
    const { code, stdout } = await runCommand(suite, ['server', '--url', url, '--scenario', scenario]);
    expect([stdout.split('\n').filter((line) => line.startsWith('Passed:')), code]).toEqual([
      [`Passed: ${checks}/${checks}, 0 failed, 0 warnings`],
      0,
    ]);
  });
});
