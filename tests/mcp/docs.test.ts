import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { docPages } from '../../function/mcp/docs/pages.ts';
import { withoutRelativeLinks } from '../../function/mcp/docs/links.ts';
import { mcpApp, mcpUrl, transportOptions } from './app.ts';

const app = mcpApp();
let client: Client;

beforeAll(async () => {
  client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), transportOptions(app)));
});
afterAll(() => client.close());

async function read(uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  return contents.map((each) => ('text' in each ? each.text : '')).join('');
}

test('all pages are listed, and one template has them', async () => {
  const { resources } = await client.listResources();
  expect(resources).toContainEqual({
    uri: 'bedrock-gateway://docs/compatibility/tools',
    name: 'compatibility/tools',
    title: 'Tools',
    description: 'How tools, tool choice and tool results are translated.',
    mimeType: 'text/markdown',
  });
  expect(resources).toHaveLength(1 + Object.keys(docPages).length);
  expect((await client.listResourceTemplates()).resourceTemplates).toEqual([
    {
      name: 'docs',
      uriTemplate: 'bedrock-gateway://docs/{+page}',
      title: 'Documentation',
      description: 'A page of the documentation of this gateway.',
      mimeType: 'text/markdown',
    },
  ]);
});

test.each(Object.keys(docPages))('the page %s can be read, and links to nothing in the repository', async (name) => {
  const uri = `bedrock-gateway://docs/${name}`;
  const { contents } = await client.readResource({ uri });
  expect(contents).toEqual([{ uri, mimeType: 'text/markdown', text: expect.stringMatching(/^# /) }]);
  const links = Array.from((await read(uri)).matchAll(/\]\((?<to>[^)\s]+)\)/g), ({ groups }) => groups?.['to'] ?? '');
  expect(links.filter((to) => !/^(?:#|https:\/\/|bedrock-gateway:\/\/docs\/)/.test(to))).toEqual([]);
});

test.each([
  ['bedrock-gateway://docs/none'],
  ['bedrock-gateway://docs/'],
  ['bedrock-gateway://docs'],
  ['bedrock-gateway://docs/deploying'],
  ['bedrock-gateway://docs/api.md'],
  ['bedrock-gateway://docs/compatibility/../../docs/api'],
  ['bedrock-gateway://docs/%61pi'],
  ['bedrock-gateway://docs/__proto__'],
  ['bedrock-gateway://docs/constructor'],
  ['bedrock-gateway://models/gpt-4o'],
  ['file:///etc/passwd'],
  ['https://openai.example.com/v1/models'],
])('there is no resource %s, and the error says so', async (uri) => {
  await expect(client.readResource({ uri })).rejects.toThrow(`Resource not found: ${new URL(uri).href}`);
});

test('a URI that is none is an error too', async () => {
  await expect(client.readResource({ uri: 'api' })).rejects.toMatchObject({ code: -32_602 });
});

test.each([
  ['[API](api.md)', '', '[API](bedrock-gateway://docs/api)'],
  ['[limits](keys.md#limits)', '', '[limits](bedrock-gateway://docs/keys#limits)'],
  ['[all](../compatibility.md)', 'compatibility/', '[all](bedrock-gateway://docs/compatibility)'],
  ['[tools](tools.md)', 'compatibility/', '[tools](bedrock-gateway://docs/compatibility/tools)'],
  ['[tools](compatibility/tools.md)', '', '[tools](bedrock-gateway://docs/compatibility/tools)'],
  [
    '[here](#limits) and [AWS](https://docs.aws.amazon.com/)',
    '',
    '[here](#limits) and [AWS](https://docs.aws.amazon.com/)',
  ],
  ['[`storage`](deploying.md#storage) is set', '', '`storage` is set'],
  ['![A picture](stack.svg)', '', 'A picture'],
  ['`b[1]` [`a[0]`](../function/app.ts)', '', '`b[1]` `a[0]`'],
])('%j reads %3$j', (page, folder, expected) => {
  expect(withoutRelativeLinks(page, folder)).toBe(expected);
});
