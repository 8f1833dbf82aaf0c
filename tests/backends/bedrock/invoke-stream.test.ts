import { isCompleteStream } from '../../../function/backends/bedrock/invoke-stream.ts';
import { event } from '../wire/encoded.ts';

function chunk(said: unknown): Buffer {
  return event('chunk', { bytes: Buffer.from(JSON.stringify(said)).toString('base64') });
}

const started = chunk({ type: 'message_start' });

test.each<[string, Buffer, boolean]>([
  ['message_stop', chunk({ type: 'message_stop' }), true],
  ['an error', chunk({ type: 'error', error: {} }), true],
  ["Bedrock's metrics", chunk({ type: 'anything', 'amazon-bedrock-invocationMetrics': {} }), true],
  ['a delta', chunk({ type: 'content_block_delta' }), false],
  ['its start', started, false],
  ['a list', chunk([{ type: 'message_stop' }]), false],
  ['bytes that are none', event('chunk', { bytes: 7 }), false],
  ['a payload without bytes', event('chunk', {}), false],
])("a stream of Anthropic's events may end with %s: %j", (_name, last, isComplete) => {
  expect(isCompleteStream(last, started)).toBe(isComplete);
});

test.each<[string, Buffer]>([
  ['another event', chunk({ type: 'content_block_delta' })],
  ["another model's event", chunk({ outputText: 'a' })],
  ['no bytes', event('chunk', {})],
])('a stream that starts with %s may end with anything', (_name, first) => {
  expect(isCompleteStream(chunk({ type: 'content_block_delta' }), first)).toBe(true);
});
