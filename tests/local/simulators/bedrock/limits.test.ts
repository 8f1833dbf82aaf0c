import { converseRequest } from '../../../../local/simulators/bedrock/constraints.ts';
import converse from '../../../../schemas/bedrock/converse-request.json' with { type: 'json' };
import converseStream from '../../../../schemas/bedrock/converse-stream-request.json' with { type: 'json' };
import { assistant, clock, start, stop, user, type Clients } from './clients.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await stop(clients));

type Place = (value: unknown) => object;
/** Where the value stands, one at the limit and one beyond it. */
type Limit = readonly [place: Place, within: unknown, beyond: unknown];

const guardrailArn = 'arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123';
const long = (length: number) => 'a'.repeat(length);
const list = (length: number) => Array.from({ length }, (_, index) => `${index}`);
const keys = (length: number) => Object.fromEntries(list(length).map((key) => [key, '']));

const said = (...blocks: unknown[]) => ({ messages: [user(...blocks)] });
const source = { bytes: 'AAAA' };
const media =
  (kind: string, type: string, more = {}): Place =>
  (bytes) =>
    said({ [kind]: { ...more, format: type, source: { bytes } } });
const format =
  (kind: string): Place =>
  (value) =>
    said({ [kind]: { format: value, source } });
const inference =
  (name: string): Place =>
  (value) => ({ inferenceConfig: { [name]: value } });
const stored =
  (name: string): Place =>
  (value) =>
    said({ video: { format: 'mp4', source: { s3Location: { uri: 's3://abc', [name]: value } } } });
const cited =
  (kind: string, name: string): Place =>
  (value) => ({
    messages: [assistant({ citationsContent: { citations: [{ location: { [kind]: { [name]: value } } }] } })],
  });
const spec =
  (name: string): Place =>
  (value) => ({
    toolConfig: { tools: [{ toolSpec: { ...clock.toolSpec, [name]: value } }] },
  });
const called =
  (name: string): Place =>
  (value) => ({
    messages: [assistant({ toolUse: { toolUseId: 'a', name: 'a', input: {}, [name]: value } })],
  });
const answered =
  (name: string): Place =>
  (value) =>
    said({ toolResult: { toolUseId: 'a', content: [], [name]: value } });
const changed =
  (name: string): Place =>
  (value) =>
    said({ toolAddition: { tool: { [name]: value } } });
const paths: Place = (additionalModelResponseFieldPaths) => ({ additionalModelResponseFieldPaths });
const metadata: Place = (requestMetadata) => ({ requestMetadata });
const named: Place = (name) => said({ document: { name, format: 'txt', source } });
const guardrail =
  (name: string): Place =>
  (value) => ({ guardrailConfig: { [name]: value } });
const guarded: Place = (image) => said({ guardContent: { image } });
const systemTool: Place = (name) => ({ toolConfig: { tools: [{ systemTool: { name } }] } });
const choice: Place = (name) => ({ toolConfig: { tools: [clock], toolChoice: { tool: { name } } } });

/** Every limit of the service model, by its shape, member and kind, written by hand from AWS's own reference. */
const limits: Readonly<Record<string, Limit>> = {
  'additionalModelResponseFieldPaths maxItems': [paths, list(10), list(11)],
  'additionalModelResponseFieldPaths[] minLength': [(path) => paths([path]), 'a', ''],
  'additionalModelResponseFieldPaths[] maxLength': [(path) => paths([path]), long(256), long(257)],
  'requestMetadata minProperties': [metadata, keys(1), {}],
  'requestMetadata maxProperties': [metadata, keys(16), keys(17)],
  'requestMetadata key minLength': [(key) => metadata({ [String(key)]: '' }), 'a', ''],
  'requestMetadata key maxLength': [(key) => metadata({ [String(key)]: '' }), long(256), long(257)],
  'requestMetadata key pattern': [(key) => metadata({ [String(key)]: '' }), 'a b:_@$#=/+,-.9', 'a!'],
  'requestMetadata value maxLength': [(value) => metadata({ a: value }), long(256), long(257)],
  'requestMetadata value pattern': [(value) => metadata({ a: value }), '', 'é'],
  'AudioFormat enum': [format('audio'), 'x-aac', 'midi'],
  'AudioSource.bytes minLength': [media('audio', 'mp3'), 'AAAA', ''],
  'AudioSource.bytes contentEncoding': [media('audio', 'mp3'), 'AA==', 'A==='],
  'CachePointType enum': [(type) => said({ cachePoint: { type } }), 'default', 'ephemeral'],
  'CacheTTL enum': [(ttl) => said({ cachePoint: { type: 'default', ttl } }), '1h', '10m'],
  'ConversationRole enum': [(role) => ({ messages: [{ role, content: [] }] }), 'system', 'developer'],
  'DocumentBlock.name minLength': [named, 'a', ''],
  'DocumentBlock.name maxLength': [named, long(200), long(201)],
  'DocumentCharLocation.documentIndex minimum': [cited('documentChar', 'documentIndex'), 0, -1],
  'DocumentCharLocation.start minimum': [cited('documentChar', 'start'), 0, -1],
  'DocumentCharLocation.end minimum': [cited('documentChar', 'end'), 0, -1],
  'DocumentChunkLocation.documentIndex minimum': [cited('documentChunk', 'documentIndex'), 0, -1],
  'DocumentChunkLocation.start minimum': [cited('documentChunk', 'start'), 0, -1],
  'DocumentChunkLocation.end minimum': [cited('documentChunk', 'end'), 0, -1],
  'DocumentPageLocation.documentIndex minimum': [cited('documentPage', 'documentIndex'), 0, -1],
  'DocumentPageLocation.start minimum': [cited('documentPage', 'start'), 0, -1],
  'DocumentPageLocation.end minimum': [cited('documentPage', 'end'), 0, -1],
  'DocumentFormat enum': [(value) => said({ document: { name: 'a', source, format: value } }), 'md', 'rtf'],
  'DocumentSource.bytes minLength': [media('document', 'txt', { name: 'a' }), 'AAAA', ''],
  'DocumentSource.bytes contentEncoding': [media('document', 'txt', { name: 'a' }), 'AAA=', 'AAA'],
  'GuardrailConfiguration.guardrailIdentifier maxLength': [guardrail('guardrailIdentifier'), long(2048), long(2049)],
  'GuardrailConfiguration.guardrailIdentifier pattern': [guardrail('guardrailIdentifier'), guardrailArn, 'Abc'],
  'GuardrailConfiguration.guardrailVersion pattern': [guardrail('guardrailVersion'), '99999999', '01'],
  'GuardrailStreamConfiguration.guardrailIdentifier maxLength': [guardrail('guardrailIdentifier'), '', long(2049)],
  'GuardrailStreamConfiguration.guardrailIdentifier pattern': [guardrail('guardrailIdentifier'), guardrailArn, 'a-b'],
  'GuardrailStreamConfiguration.guardrailVersion pattern': [guardrail('guardrailVersion'), 'DRAFT', 'draft'],
  'GuardrailStreamProcessingMode enum': [guardrail('streamProcessingMode'), 'async', 'both'],
  'GuardrailTrace enum': [guardrail('trace'), 'enabled_full', 'full'],
  'GuardrailConverseContentQualifier enum': [
    (qualifier) => said({ guardContent: { text: { text: 'a', qualifiers: [qualifier] } } }),
    'grounding_source',
    'grounding',
  ],
  'GuardrailConverseImageFormat enum': [(value) => guarded({ format: value, source }), 'jpeg', 'gif'],
  'GuardrailConverseImageSource.bytes minLength': [
    (bytes) => guarded({ format: 'png', source: { bytes } }),
    'AAAA',
    '',
  ],
  'GuardrailConverseImageSource.bytes contentEncoding': [
    (bytes) => guarded({ format: 'png', source: { bytes } }),
    '+/==',
    '-_==',
  ],
  'ImageFormat enum': [format('image'), 'webp', 'jpg'],
  'ImageSource.bytes minLength': [media('image', 'png'), 'AAAA', ''],
  'ImageSource.bytes contentEncoding': [media('image', 'png'), 'AAAA', 'data:image/png;base64,AAAA'],
  'InferenceConfiguration.maxTokens minimum': [inference('maxTokens'), 1, 0],
  'InferenceConfiguration.stopSequences maxItems': [inference('stopSequences'), list(2500), list(2501)],
  'InferenceConfiguration.stopSequences[] minLength': [inference('stopSequences'), [' '], ['']],
  'InferenceConfiguration.temperature minimum': [inference('temperature'), 0, -0.01],
  'InferenceConfiguration.temperature maximum': [inference('temperature'), 1, 1.01],
  'InferenceConfiguration.topP minimum': [inference('topP'), 0, -0.01],
  'InferenceConfiguration.topP maximum': [inference('topP'), 1, 1.01],
  'OutputConfig.effort maxLength': [(effort) => ({ outputConfig: { effort } }), long(16), long(17)],
  'OutputFormatType enum': [
    (type) => ({ outputConfig: { textFormat: { type, structure: { jsonSchema: { schema: '{}' } } } } }),
    'json_schema',
    'json_object',
  ],
  'PerformanceConfigLatency enum': [(latency) => ({ performanceConfig: { latency } }), 'optimized', 'fast'],
  'ReasoningContentBlock.redactedContent contentEncoding': [
    (redactedContent) => ({ messages: [assistant({ reasoningContent: { redactedContent } })] }),
    '',
    'hidden thoughts',
  ],
  'S3Location.bucketOwner pattern': [stored('bucketOwner'), '123456789012', '12345678901'],
  'S3Location.uri minLength': [stored('uri'), 's3://abc/a', ''],
  'S3Location.uri maxLength': [stored('uri'), `s3://abc/${long(1015)}`, `s3://abc/${long(1016)}`],
  'S3Location.uri pattern': [stored('uri'), 's3://a.b-c/d e', 'https://example.com/a'],
  'SearchResultLocation.searchResultIndex minimum': [cited('searchResultLocation', 'searchResultIndex'), 0, -1],
  'SearchResultLocation.start minimum': [cited('searchResultLocation', 'start'), 0, -1],
  'SearchResultLocation.end minimum': [cited('searchResultLocation', 'end'), 0, -1],
  'ServiceTierType enum': [(type) => ({ serviceTier: { type } }), 'reserved', 'auto'],
  'SpecificToolChoice.name minLength': [choice, 'a', ''],
  'SpecificToolChoice.name maxLength': [choice, long(64), long(65)],
  'SpecificToolChoice.name pattern': [choice, 'a_B-9', 'a.b'],
  'SystemContentBlock.text minLength': [(text) => ({ system: [{ text }] }), ' ', ''],
  'SystemTool.name minLength': [systemTool, 'a', ''],
  'SystemTool.name maxLength': [systemTool, long(64), long(65)],
  'SystemTool.name pattern': [systemTool, 'a_B-9', 'a b'],
  'ToolConfiguration.tools minItems': [(tools) => ({ toolConfig: { tools } }), [clock], []],
  'ToolReference.name minLength': [changed('name'), 'a', ''],
  'ToolReference.name maxLength': [changed('name'), long(128), long(129)],
  'ToolReference.serverName minLength': [changed('serverName'), 'a', ''],
  'ToolReference.serverName maxLength': [changed('serverName'), long(128), long(129)],
  'ToolReference.type minLength': [changed('type'), 'a', ''],
  'ToolReference.type maxLength': [changed('type'), long(64), long(65)],
  'ToolResultBlock.toolUseId minLength': [answered('toolUseId'), 'a', ''],
  'ToolResultBlock.toolUseId maxLength': [answered('toolUseId'), long(64), long(65)],
  'ToolResultBlock.toolUseId pattern': [answered('toolUseId'), 'a_.:-9', 'a~b'],
  'ToolResultStatus enum': [answered('status'), 'error', 'failed'],
  'ToolSpecification.description minLength': [spec('description'), ' ', ''],
  'ToolSpecification.name minLength': [spec('name'), 'a', ''],
  'ToolSpecification.name maxLength': [spec('name'), long(64), long(65)],
  'ToolSpecification.name pattern': [spec('name'), '0_B-9', 'a\n'],
  'ToolUseBlock.name minLength': [called('name'), 'a', ''],
  'ToolUseBlock.name maxLength': [called('name'), long(64), long(65)],
  'ToolUseBlock.name pattern': [called('name'), 'a_B-9', 'ä'],
  'ToolUseBlock.toolUseId minLength': [called('toolUseId'), 'a', ''],
  'ToolUseBlock.toolUseId maxLength': [called('toolUseId'), long(64), long(65)],
  'ToolUseBlock.toolUseId pattern': [called('toolUseId'), 'a_.:-9', 'a/b'],
  'ToolUseType enum': [called('type'), 'server_tool_use', 'tool_use'],
  'VideoFormat enum': [format('video'), 'three_gp', 'avi'],
  'VideoSource.bytes minLength': [media('video', 'mp4'), 'AAAA', ''],
  'VideoSource.bytes contentEncoding': [media('video', 'mp4'), 'AA==', 'AA='],
};

/** How the service says that a limit of each kind is broken. */
const words: Readonly<Record<string, RegExp>> = {
  minLength: /length greater than or equal to/,
  maxLength: /length less than or equal to/,
  minItems: /length greater than or equal to/,
  maxItems: /length less than or equal to/,
  minProperties: /length greater than or equal to/,
  maxProperties: /length less than or equal to/,
  minimum: /value greater than or equal to/,
  maximum: /value less than or equal to/,
  enum: /enum value set/,
  pattern: /regular expression pattern/,
  contentEncoding: /not a base64 encoded blob/,
};

describe.each(Object.entries(limits))('%s', (key, [place, within, beyond]) => {
  const operation = key.startsWith('GuardrailStream') ? 'ConverseStream' : 'Converse';
  const [kind = ''] = key.split(' ').slice(-1);

  test('is accepted within the limit', () => expect(() => converseRequest(operation, place(within))).not.toThrow());

  test('is refused beyond the limit', async () => {
    const path = operation === 'Converse' ? 'converse' : 'converse-stream';
    const response = await clients.post(`/model/${clients.model}/${path}`, place(beyond));
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
    expect(await response.json()).toEqual({ message: expect.stringMatching(words[kind] ?? /^$/) });
  });
});

test('every limit of the two operations is tested', () => {
  const found = new Set([converse, converseStream].flatMap((schema) => limitsIn(schema)));
  expect(Object.keys(limits).toSorted()).toEqual([...found].toSorted());
});

test.each([
  ['no id', ''],
  ['a space', 'amazon.nova lite'],
  ['a long id', long(2049)],
  ['another ARN', 'arn:aws:s3:::example-bucket'],
])('model ID: %s', async (_what, id) => {
  const response = await clients.post(`/model/${encodeURIComponent(id)}/converse`, { messages: [user('Hello')] });
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
});

/** Every limit in a schema, named as in the table. The pattern of a blob is its encoding. */
function limitsIn(schema: unknown, at = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const kinds = 'contentEncoding' in schema ? ['minLength', 'contentEncoding'] : Object.keys(words);
  const own = kinds.filter((kind) => kind in schema).map((kind) => `${at} ${kind}`);
  return [...own, ...Object.entries(schema).flatMap(([keyword, inner]) => partsOf(keyword, inner, at))];
}

const single: Readonly<Record<string, string>> = { items: '[]', propertyNames: ' key', additionalProperties: ' value' };

function partsOf(keyword: string, inner: unknown, at: string): string[] {
  if (keyword in single) return limitsIn(inner, `${at}${single[keyword]}`);
  if (keyword !== '$defs' && keyword !== 'properties') return [];
  const prefix = at === '' ? '' : `${at}.`;
  return Object.entries(Object(inner)).flatMap(([name, each]) => limitsIn(each, `${prefix}${name}`));
}
