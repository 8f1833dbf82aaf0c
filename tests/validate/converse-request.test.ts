import { converseRequest } from '../../function/validate/converse-request.ts';
import { refusal } from './refusal.ts';

const secret = 'the text of a prompt';
const said = (...content: unknown[]): unknown => ({ messages: [{ role: 'user', content }] });
const tool = (spec: unknown): unknown => ({ toolConfig: { tools: [{ toolSpec: spec }] } });

test('members that the model does not know pass, at every depth', () => {
  const body = {
    messages: [{ role: 'user', content: [{ text: 'a', newer: 1 }], newer: { a: 1 } }],
    system: [{ text: 'b', newer: 1 }],
    inferenceConfig: { maxTokens: 5, topK: 3 },
    toolConfig: {
      tools: [{ toolSpec: { name: 'f', inputSchema: { json: {}, newer: 1 }, newer: 1 }, newer: 1 }],
      toolChoice: { auto: { newer: 1 }, newer: 1 },
    },
    outputConfig: { newer: 1 },
    newer: null,
  };
  expect(converseRequest(body)).toBe(body);
});

test.each([
  ['audio', { audio: { newer: 1 } }],
  ['video', { video: { format: 'newer', source: {} } }],
  ['citations', { citationsContent: { content: [{ text: 'a' }] } }],
  ['a search result', { searchResult: { title: 'a' } }],
  ['a reply sent back', { reasoningContent: { reasoningText: { text: 'a', signature: 'AAAA' } } }],
])('%s is left to whoever translates it', (_name, block) => {
  expect(() => converseRequest(said(block))).not.toThrow();
});

const block = 'messages.1.member.content.1.member';

test.each([
  [{ messages: [{ role: 'user' }] }, 'messages.1.member.content', 'Member must not be null'],
  [
    { messages: [{ role: 'robot', content: [] }] },
    'messages.1.member.role',
    expect.stringMatching(/^Member must satisfy enum value set: \[user, assistant/),
  ],
  [
    said({ text: secret }, { hologram: {} }),
    'messages.1.member.content.2.member',
    expect.stringMatching(/exactly one of the members \[audio, .*, text, /),
  ],
  [
    said({ text: secret, image: { format: 'png', source: { bytes: 'AAAA' } } }),
    block,
    expect.stringMatching(/exactly one of the members/),
  ],
  [said({ text: 5 }), `${block}.text`, 'Member must be a string, not an integer'],
  [said(secret), block, 'Member must be an object, not a string'],
  [said({ audio: secret }), `${block}.audio`, 'Member must be an object, not a string'],
  [
    said({ image: { format: 'png', source: { bytes: secret } } }),
    `${block}.image.source.bytes`,
    'Member must satisfy regular expression pattern: ^[A-Za-z0-9+/]*={0,2}$',
  ],
  [
    tool({ name: secret, inputSchema: { json: {} } }),
    'toolConfig.tools.1.member.toolSpec.name',
    'Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+',
  ],
  [tool({ name: 'f' }), 'toolConfig.tools.1.member.toolSpec.inputSchema', 'Member must not be null'],
  [{ toolConfig: { tools: [] } }, 'toolConfig.tools', 'Member must have length greater than or equal to 1'],
  [
    { inferenceConfig: { temperature: 1.5 } },
    'inferenceConfig.temperature',
    'Member must have value less than or equal to 1',
  ],
  [{ requestMetadata: { 1: 5 } }, 'requestMetadata.1', 'Member must be a string, not an integer'],
  [
    { requestMetadata: { [`${secret}!`]: 'a' } },
    'requestMetadata',
    expect.stringMatching(/^Map keys must satisfy constraint: \[Member must satisfy regular expression pattern: .*\]$/),
  ],
])('%j is refused at %s', (body, param, constraint) => {
  const { message, ...rest } = refusal(() => converseRequest(body));
  const [beginning, told] = message.split(' failed to satisfy constraint: ');
  expect(rest).toEqual({ status: 400, code: 'invalid_value', param });
  expect(beginning).toBe(`1 validation error detected: Value at '${param}'`);
  expect(told).toEqual(constraint);
  expect(message).not.toContain(secret);
});

test.each([null, 'text', 7, []])('a body that is no object is refused: %j', (body) => {
  expect(refusal(() => converseRequest(body))).toMatchObject({ status: 400, param: null });
});

test('a hostile member name is not echoed at length', () => {
  const { message } = refusal(() => converseRequest({ promptVariables: { ['x'.repeat(5000)]: 1 } }));
  expect(message.length).toBeLessThan(250);
});
