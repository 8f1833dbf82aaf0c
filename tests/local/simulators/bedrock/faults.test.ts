import { ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { faults } from '../../../../local/simulators/bedrock/faults.ts';
import { apiKey, start, stop, user, type Clients } from './clients.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await stop(clients));

const request = (fault: string, id = '0') => ({
  messages: [user('Tell me something')],
  requestMetadata: { 'simulator-fault': fault, 'simulator-id': id },
});

/** What AWS's own client makes of a stream: its events and how it ended. */
async function streamed(fault: string): Promise<{ kinds: string[]; error: string | undefined; reason: unknown }> {
  const kinds: string[] = [];
  let reason: unknown;
  try {
    const body = request(fault) as unknown as Omit<ConverseStreamCommand['input'], 'modelId'>;
    const { stream } = await clients.runtime.send(new ConverseStreamCommand({ modelId: clients.model, ...body }));
    for await (const event of stream ?? []) {
      kinds.push(...Object.keys(event));
      reason ??= event.messageStop?.stopReason;
    }
    return { kinds, error: undefined, reason };
  } catch (error) {
    return { kinds, error: error instanceof Error ? error.name : 'no error', reason };
  }
}

const overHttp: Readonly<Record<string, [number, string]>> = {
  throttle: [429, 'ThrottlingException'],
  'daily-quota': [429, 'ThrottlingException'],
  unavailable: [503, 'ServiceUnavailableException'],
  internal: [500, 'InternalServerException'],
  'model-error': [424, 'ModelErrorException'],
  'model-timeout': [408, 'ModelTimeoutException'],
  'model-not-ready': [429, 'ModelNotReadyException'],
  'access-denied': [403, 'AccessDeniedException'],
  'not-authorized': [403, 'AccessDeniedException'],
  'expired-key': [403, 'AccessDeniedException'],
  'use-case-form': [404, 'ResourceNotFoundException'],
  validation: [400, 'ValidationException'],
  'too-long': [400, 'ValidationException'],
  quota: [400, 'ServiceQuotaExceededException'],
  leak: [400, 'ValidationException'],
};

const inStream: Readonly<Record<string, string>> = {
  'stream-internal': 'InternalServerException',
  'stream-throttle': 'ThrottlingException',
  'stream-model-error': 'ModelStreamErrorException',
  'stream-validation': 'ValidationException',
  'stream-unavailable': 'ServiceUnavailableException',
};

const stopReasons: Readonly<Record<string, string>> = {
  'malformed-tool-use': 'malformed_tool_use',
  'malformed-output': 'malformed_model_output',
  'content-filtered': 'content_filtered',
  'context-window-exceeded': 'model_context_window_exceeded',
  'unknown-stop-reason': 'resting',
  guardrail: 'guardrail_intervened',
};

test.each(Object.entries(overHttp))('%s answers with its status and error type', async (fault, [status, type]) => {
  const answer = await clients.converse(request(fault));
  expect([answer.status, answer.type]).toEqual([status, type]);
  expect((await streamed(fault)).error).toBe(type);
});

test.each(Object.entries(inStream))('%s ends the stream with an exception', async (fault, type) => {
  const { kinds, error } = await streamed(fault);
  expect([error, kinds.includes('messageStop')]).toEqual([type, false]);
  expect(kinds).toContain('contentBlockDelta');
  const { status } = await clients.converse(request(fault));
  expect(status).toBeGreaterThanOrEqual(400);
});

test.each(Object.entries(stopReasons))('%s sets the stop reason', async (fault, stopReason) => {
  expect((await clients.converse(request(fault))).body.stopReason).toBe(stopReason);
  expect((await streamed(fault)).reason).toBe(stopReason);
});

test.each(['first-frame-exception', 'first-frame-daily-quota'])('%s throttles before any event', async (fault) => {
  expect(await streamed(fault)).toMatchObject({ kinds: [], error: 'ThrottlingException' });
});

test('cut-frame ends the stream inside a frame', async () => {
  const { kinds, error } = await streamed('cut-frame');
  expect([kinds.includes('contentBlockDelta'), error]).toEqual([true, 'Error']);
});

test('cut-between ends the stream between two frames', async () => {
  const { kinds, error } = await streamed('cut-between');
  expect([kinds.at(-1), error]).toEqual(['contentBlockDelta', undefined]);
});

test('corrupt-frame fails the checksum of a frame', async () => {
  expect((await streamed('corrupt-frame')).error).toBeDefined();
});

test('reset-mid-stream resets the connection after some text', async () => {
  const { kinds, error } = await streamed('reset-mid-stream');
  expect([kinds.includes('messageStop'), error === undefined]).toEqual([false, false]);
});

test.each(['cut-frame', 'cut-between', 'corrupt-frame', 'reset-mid-stream'])(
  '%s breaks a Converse body off',
  async (fault) => {
    await expect(clients.converse(request(fault))).rejects.toThrow(/terminated|fetch failed/);
  },
);

test('reset resets the connection before any answer', async () => {
  await expect(clients.converse(request('reset'))).rejects.toThrow('fetch failed');
});

test('unknown-event adds an event and a field', async () => {
  const { kinds, error } = await streamed('unknown-event');
  expect([kinds.at(-1), error]).toEqual(['metadata', undefined]);
  const bytes = await clients.post(`/model/${clients.model}/converse-stream`, request('unknown-event'));
  expect(await bytes.text()).toContain('somethingNew');
});

test('not-json, html-error, redirect', async () => {
  const path = `/model/${clients.model}/converse`;
  const answers = await Promise.all(
    ['not-json', 'html-error', 'redirect'].map((fault) => clients.post(path, request(fault))),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 502, 302]);
  await expect(answers[0]?.json()).rejects.toThrow(/JSON/);
  expect(await answers[1]?.text()).toMatch(/^<html>/);
});

test('no-output leaves out the output', async () => {
  const { status, body } = await clients.converse(request('no-output'));
  expect([status, body.output, body.stopReason]).toEqual([200, undefined, 'end_turn']);
});

test('no-usage leaves out the usage', async () => {
  expect((await clients.converse(request('no-usage'))).body.usage).toBeUndefined();
  expect((await streamed('no-usage')).kinds.at(-1)).toBe('metadata');
});

test('redacted-reasoning redacts the reasoning', async () => {
  const fields = { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } } };
  const { body } = await clients.converse({ ...request('redacted-reasoning'), ...fields });
  expect(body.output?.message.content[0]).toEqual({ reasoningContent: { redactedContent: expect.any(String) } });
});

test('leak puts confidential values into the message', async () => {
  const { body } = await clients.converse(request('leak'));
  expect(body.message).toContain('arn:aws:iam::123456789012:user');
  expect(body.message).toContain(apiKey.slice(0, 24));
});

test('slow faults wait at least as long as requested', async () => {
  for (const fault of ['slow-headers=60', 'slow-first=60', 'silence=60', 'slow-tokens=15']) {
    const began = performance.now();
    expect((await streamed(fault)).kinds.at(-1)).toBe('metadata');
    expect(performance.now() - began).toBeGreaterThanOrEqual(55);
  }
});

test('slow-first sends its headers at once', async () => {
  const path = `/model/${clients.model}/converse-stream`;
  const response = await clients.post(path, request('slow-first=60000'));
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

test('a fault ending in -once affects only the first call of an ID', async () => {
  const statuses: number[] = [];
  for (const id of ['a', 'a', 'b', 'b']) statuses.push((await clients.converse(request('throttle-once', id))).status);
  expect(statuses).toEqual([429, 200, 429, 200]);
});

test('an unknown fault is an error that lists the known ones', async () => {
  const { status, body } = await clients.converse(request('nonsense'));
  expect(status).toBe(400);
  expect(body.message).toContain('slow-tokens');
});

test('every fault in the table is tested here', () => {
  const others =
    'first-frame-exception first-frame-daily-quota cut-frame cut-between corrupt-frame reset-mid-stream reset unknown-event not-json html-error redirect ' +
    'no-output no-usage redacted-reasoning slow-headers slow-first slow-tokens silence';
  const tried = [overHttp, inStream, stopReasons].flatMap((table) => Object.keys(table));
  expect([...faults.keys()].toSorted()).toEqual([...tried, ...others.split(' ')].toSorted());
});
