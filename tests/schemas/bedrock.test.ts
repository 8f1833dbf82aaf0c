import type { ConverseEvent, ConverseResponse, ConverseStreamRequest } from '../../function/dialects/converse.gen.ts';
import operations from '../../schemas/bedrock/operations.json' with { type: 'json' };
import { validate } from '../../schemas/compiled/converse-request.mjs';
import { conforms } from './conforms.ts';

const hello = [{ role: 'user', content: [{ text: 'Hello' }] }];

function block(content: unknown): unknown {
  return { messages: [{ role: 'user', content: [content] }] };
}

function tools(...list: unknown[]): unknown {
  return { messages: hello, toolConfig: { tools: list } };
}

const spec = { toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } };
const image = (bytes: string): unknown => block({ image: { format: 'png', source: { bytes } } });
const named = (name: string): unknown => tools({ toolSpec: { ...spec.toolSpec, name } });
const called = (toolUseId: string): unknown => block({ toolUse: { toolUseId, name: 'f', input: {} } });

const refusedValues: readonly (readonly [string, unknown, string])[] = [
  ['an unknown role', { messages: [{ role: 'tool', content: [] }] }, '/messages/0/role'],
  ['a message without content', { messages: [{ role: 'user' }] }, '/messages/0'],
  ['a block of nothing known', block({ sound: 'x' }), '/messages/0/content/0'],
  ['a block of two kinds', block({ text: 'a', image: { format: 'png', source: { bytes: 'AAAA' } } }), '/messages/0/content/0'], // prettier-ignore
  ['text that is a number', block({ text: 1 }), '/messages/0/content/0/text'],
  ['an unknown image format', block({ image: { format: 'bmp', source: { bytes: 'AAAA' } } }), '/messages/0/content/0/image/format'], // prettier-ignore
  ['an image of no bytes', image(''), '/messages/0/content/0/image/source/bytes'],
  ['bytes that are no base64', image('AA=A'), '/messages/0/content/0/image/source/bytes'],
  ['base64 of URLs', image('AA-_'), '/messages/0/content/0/image/source/bytes'],
  ['no tools', tools(), '/toolConfig/tools'],
  ['a space in a tool name', named('f g'), '/toolConfig/tools/0/toolSpec/name'],
  ['a tool name of 65 characters', named('f'.repeat(65)), '/toolConfig/tools/0/toolSpec/name'],
  ['an empty description', tools({ toolSpec: { ...spec.toolSpec, description: '' } }), '/toolConfig/tools/0/toolSpec/description'], // prettier-ignore
  ['a tool use id with a slash', called('a/b'), '/messages/0/content/0/toolUse/toolUseId'],
  ['a tool use without input', block({ toolUse: { toolUseId: 'a', name: 'f' } }), '/messages/0/content/0/toolUse'],
  ['too high a temperature', { inferenceConfig: { temperature: 1.1 } }, '/inferenceConfig/temperature'],
  ['no tokens', { inferenceConfig: { maxTokens: 0 } }, '/inferenceConfig/maxTokens'],
  ['half a token', { inferenceConfig: { maxTokens: 1.5 } }, '/inferenceConfig/maxTokens'],
  ['an empty stop sequence', { inferenceConfig: { stopSequences: [''] } }, '/inferenceConfig/stopSequences/0'],
  ['an empty system text', { system: [{ text: '' }] }, '/system/0/text'],
  ['no metadata in requestMetadata', { requestMetadata: {} }, '/requestMetadata'],
  ['an exclamation mark in requestMetadata', { requestMetadata: { a: 'b!' } }, '/requestMetadata/a'],
  ['an unknown latency', { performanceConfig: { latency: 'fast' } }, '/performanceConfig/latency'],
];

const acceptedValues: readonly (readonly [string, unknown])[] = [
  ['nothing at all', {}],
  ['text', { messages: hello }],
  ['an image', image('iVBORw0KGgo=')],
  ['a tool', tools(spec, { cachePoint: { type: 'default' } })],
  ['a tool use with any JSON', block({ toolUse: { toolUseId: 'call_1.a:b', name: 'f', input: { a: [null, 1] } } })],
  ['members that this model does not know', { messages: hello, newMember: { a: 1 } }],
  ['a member beside the one of a union', block({ text: 'Hello', newMember: 1 })],
];

describe('the constraints of Converse', () => {
  test.each(refusedValues)('refuse %s', (_name, value, place) => {
    for (const kind of ['converse-request', 'converse-stream-request'] as const) {
      expect(conforms(kind, value).map((problem) => problem.split(' ')[0])).toContain(place);
    }
  });

  test.each(acceptedValues)('accept %s', (_name, value) => {
    expect(conforms('converse-request', value)).toEqual([]);
    expect(conforms('converse-stream-request', value)).toEqual([]);
  });

  test('apply in the validator of the gateway too', () => {
    const refused = refusedValues.filter(([, value]) => validate(value)).map(([name]) => name);
    const accepted = acceptedValues.filter(([, value]) => validate(value)).map(([name]) => name);
    expect(refused).toEqual([]);
    expect(accepted).toEqual(acceptedValues.map(([name]) => name));
  });

  test('know the stream processing mode for streams only by type', () => {
    const request: ConverseStreamRequest = { guardrailConfig: { streamProcessingMode: 'async' } };
    expect(conforms('converse-stream-request', request)).toEqual([]);
    expect(conforms('converse-stream-request', { guardrailConfig: { streamProcessingMode: 'never' } })).not.toEqual([]);
  });

  test('check bytes of many megabytes in time', () => {
    expect(conforms('converse-request', image('A'.repeat(20_000_000)))).toEqual([]);
    expect(conforms('converse-request', image(`${'A'.repeat(20_000_000)}!`))).not.toEqual([]);
  });
});

describe('the answers of Bedrock', () => {
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

  test('have a message, a stop reason, usage and metrics', () => {
    const response: ConverseResponse = {
      output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
      stopReason: 'end_turn',
      usage,
      metrics: { latencyMs: 1 },
    };
    const { usage: _left, ...incomplete } = response;
    expect(conforms('converse-response', response)).toEqual([]);
    expect(conforms('converse-response', incomplete)).not.toEqual([]);
  });

  test('stream one event at a time, without exceptions', () => {
    const event: ConverseEvent = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hel' } } };
    expect(conforms('converse-event', event)).toEqual([]);
    expect(conforms('converse-event', { ...event, contentBlockStop: { contentBlockIndex: 0 } })).not.toEqual([]);
    expect(conforms('converse-event', { throttlingException: { message: 'Slow down.' } })).not.toEqual([]);
  });

  test('may list models with values that the service model lacks', () => {
    const model = {
      modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/vendor.model-v1:0',
      modelId: 'vendor.model-v1:0',
    };
    const summary = { ...model, inferenceTypesSupported: ['INFERENCE_PROFILE'] };
    expect(conforms('list-foundation-models', { modelSummaries: [summary] })).toEqual([]);
    expect(conforms('list-foundation-models', { modelSummaries: [{ ...summary, modelId: 5 }] })).not.toEqual([]);
  });
});

describe('the operations', () => {
  test('have their paths, parameters and errors', () => {
    expect(operations.ConverseStream).toMatchObject({ method: 'POST', uri: '/model/{modelId}/converse-stream' });
    expect(operations.Converse.parameters.modelId).toMatchObject({ in: 'uri', required: true });
    expect(operations.ListInferenceProfiles.parameters.type).toMatchObject({ in: 'querystring', required: false });
    expect(operations.Converse.errors.ModelTimeoutException.status).toBe(408);
    expect(operations.InvokeModel).toMatchObject({ uri: '/model/{modelId}/invoke', payload: { maxBytes: 25_000_000 } });
    expect(operations.InvokeModel.parameters['X-Amzn-Bedrock-Trace']).toMatchObject({ in: 'header', required: false });
    expect(operations.ConverseStream.streamErrors.modelStreamErrorException).toBe('ModelStreamErrorException');
  });
});
