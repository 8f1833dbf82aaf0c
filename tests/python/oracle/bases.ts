import { sign, redact } from '../../../local/simulators/bedrock/signature.ts';
import { assistant, clock, png, user, weather } from '../../local/simulators/bedrock/clients.ts';

/** A request of one of the two operations, as it goes over the wire. */
export interface WireRequest {
  readonly operation: 'Converse' | 'ConverseStream';
  readonly model: string;
  readonly body: unknown;
}

const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const sonnet5 = 'us.anthropic.claude-sonnet-5';
const nova = 'amazon.nova-lite-v1:0';
const gpt = 'global.openai.gpt-5.6-luna';

const bytes = png().toString('base64');
const text = 'some words';
const plan = { name: 'plan', format: 'txt', source: { text }, context: 'A plan', citations: { enabled: true } };
const s3Location = { uri: 's3://example-bucket/clip.mp4', bucketOwner: '123456789012' };
const searchResult = {
  source: 'https://example.com',
  title: 'Words',
  content: [{ text }],
  citations: { enabled: true },
};
const cachePoint = { type: 'default', ttl: '1h' };
const toolConfig = { tools: [weather, clock, { cachePoint }], toolChoice: { auto: {} } };
const call = { toolUse: { toolUseId: 'call_1', name: 'get_weather', input: { city: 'Lisbon', days: [1, null, 2.5] } } };
const locations = [
  { documentChar: { documentIndex: 0, start: 0, end: 9 } },
  { documentPage: { documentIndex: 0, start: 1, end: 2 } },
  { documentChunk: { documentIndex: 0, start: 0, end: 1 } },
  { searchResultLocation: { searchResultIndex: 0, start: 0, end: 1 } },
  { web: { url: 'https://example.com', domain: 'example.com' } },
];

/** Valid requests that between them have nearly every member of the two operations: each is taken, and each is then broken. */
export const taken: Readonly<Record<string, WireRequest>> = {
  words: converse(sonnet, {
    messages: [user('Hello'), assistant('Hi'), user('And now?')],
    system: [{ text }, { cachePoint }],
    inferenceConfig: { maxTokens: 20, temperature: 0.5, stopSequences: ['END', 'STOP'] },
    requestMetadata: { project: 'example', stage: 'test' },
    additionalModelRequestFields: { top_k: 5 },
    additionalModelResponseFieldPaths: ['/stop_sequence'],
    performanceConfig: { latency: 'standard' },
    serviceTier: { type: 'default' },
  }),
  tools: converse(sonnet, {
    messages: [
      user(text, { cachePoint: { type: 'default', ttl: '1h' } }),
      assistant({ text }, call),
      user(
        { toolResult: { toolUseId: 'call_1', status: 'success', content: [{ json: { mild: true } }, { text }] } },
        { text },
      ),
    ],
    toolConfig,
  }),
  'a named tool': converse(nova, {
    messages: [user(text)],
    inferenceConfig: { topP: 0.5 },
    toolConfig: { tools: [{ toolSpec: { ...clock.toolSpec } }], toolChoice: { tool: { name: 'get_time' } } },
  }),
  'any tool': converse(nova, { messages: [user(text)], toolConfig: { tools: [clock], toolChoice: { any: {} } } }),
  'a strict tool': converse(sonnet, {
    messages: [user(text)],
    toolConfig: { tools: [{ toolSpec: { name: 'note', strict: true, inputSchema: { json: strictSchema() } } }] },
  }),
  media: converse(sonnet, {
    messages: [user(text, { image: { format: 'png', source: { bytes } } }, { document: plan }, { searchResult })],
  }),
  'media in a result': converse(sonnet, {
    messages: [
      user(text),
      assistant(call),
      user({
        toolResult: {
          toolUseId: 'call_1',
          content: [{ image: { format: 'png', source: { bytes } } }, { document: plan }, { searchResult }],
        },
      }),
    ],
    toolConfig: { tools: [weather] },
  }),
  documents: converse(sonnet, {
    messages: [
      user(
        text,
        { document: { ...plan, name: 'pages', source: { content: [{ text }, { text }] } } },
        { document: { ...plan, name: 'raw', source: { bytes: Buffer.from(text).toString('base64') } } },
      ),
    ],
  }),
  'a guardrail': stream(sonnet, {
    messages: [
      user(
        { guardContent: { text: { text, qualifiers: ['query', 'guard_content'] } } },
        { guardContent: { image: { format: 'png', source: { bytes } } } },
      ),
    ],
    system: [{ guardContent: { text: { text } } }],
    guardrailConfig: {
      guardrailIdentifier: 'abc123',
      guardrailVersion: '1',
      trace: 'enabled',
      streamProcessingMode: 'sync',
    },
  }),
  reasoning: stream(sonnet, {
    messages: [
      user(text),
      assistant({ reasoningContent: { reasoningText: { text, signature: sign(text) } } }, { text }),
      user(text),
    ],
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
  }),
  'hidden reasoning': stream(gpt, {
    messages: [user(text), assistant({ reasoningContent: { redactedContent: redact(text) } }, { text }), user(text)],
  }),
  citations: converse(sonnet, {
    messages: [
      user(text),
      assistant({
        citationsContent: {
          content: [{ text }],
          citations: locations.map((location) => ({
            location,
            title: 'Words',
            source: 'plan',
            sourceContent: [{ text }],
          })),
        },
      }),
      user(text),
    ],
  }),
  'a schema for the answer': converse(sonnet, {
    messages: [user(text)],
    outputConfig: {
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { name: 'answer', description: text, schema: JSON.stringify(strictSchema()) } },
      },
    },
  }),
  'changes of tools': converse(sonnet5, {
    messages: [
      user(text),
      {
        role: 'system',
        content: [
          { toolAddition: { tool: { type: 'function', name: 'get_time', serverName: 'example' } } },
          { toolRemoval: { tool: { name: 'get_weather' } } },
        ],
      },
    ],
    outputConfig: { effort: 'low' },
    toolConfig: { tools: [clock] },
  }),
};

/** Valid by the service model, but nothing that a simulated model takes: a refusal says nothing about what was broken in them. */
export const modelled: Readonly<Record<string, WireRequest>> = {
  'a prompt': converse(sonnet, { promptVariables: { city: { text }, day: { text } } }),
  audio: converse(sonnet, {
    messages: [
      user(
        { audio: { format: 'mp3', source: { bytes } } },
        { audio: { format: 'wav', source: { s3Location }, error: { message: text } } },
      ),
    ],
  }),
  'a document in S3': converse(nova, {
    messages: [user(text, { document: { ...plan, name: 'stored', source: { s3Location } } })],
  }),
  videos: converse(nova, {
    messages: [
      user(
        text,
        { video: { format: 'mp4', source: { s3Location } } },
        { video: { format: 'mov', source: { bytes } } },
        { image: { format: 'png', source: { s3Location } } },
      ),
    ],
  }),
  'a system tool': converse(sonnet, {
    messages: [
      user(text),
      assistant({ toolUse: { ...call.toolUse, type: 'server_tool_use' } }),
      user({
        toolResult: { toolUseId: 'call_1', type: 'text', content: [{ video: { format: 'mp4', source: { bytes } } }] },
      }),
    ],
    toolConfig: { tools: [{ systemTool: { name: 'search' } }] },
  }),
};

function converse(model: string, body: unknown): WireRequest {
  return { operation: 'Converse', model, body };
}

function stream(model: string, body: unknown): WireRequest {
  return { operation: 'ConverseStream', model, body };
}

function strictSchema(): object {
  return { type: 'object', properties: { note: { type: 'string' } }, required: ['note'], additionalProperties: false };
}
