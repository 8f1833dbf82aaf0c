import { InvokeEndpointWithResponseStreamCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createPartReader } from '../../../function/backends/sagemaker/parts.ts';
import { ChunkReader } from '../../../function/backends/sse/chunk-reader.ts';
import { chatAnswers } from '../../../function/backends/answers/chat.ts';
import type { ChatChunk } from '../../../function/dialects/chat.gen.ts';
import type { Streamed } from '../../../function/dialects/outcome.ts';
import { chunk, hello } from '../chat.ts';
import { closeLoopbacks, loopback } from '../loopback.ts';
import { spending } from '../stack/sts.ts';
import { exception } from '../wire/encoded.ts';
import { context, items, part, sagemaker, streaming } from './endpoint.ts';

afterEach(closeLoopbacks);

const chunks = [chunk('hé'), chunk('\u{1f600}'), chunk('')];
const texts = chunks.map((one) => JSON.stringify(one));

/** How containers write the same chunks. */
const written: Record<string, string> = {
  'vLLM: server-sent events': `${texts.map((text) => `data: ${text}\n\n`).join('')}data: [DONE]\n\n`,
  'LMI: a JSON object a line': `${texts.join('\n')}\n`,
  'LMI without the last line end': texts.join('\n'),
  'events without [DONE]': texts.map((text) => `data: ${text}\n\n`).join(''),
  'events with carriage returns and comments': `: hello\r\n\r\n${texts.map((text) => `data:${text}\r\n\r\n`).join('')}`,
};

const asked = { service: 'SageMaker', choices: 1, stamp: { id: 'stamp', created: 1 } };

function readAll(pieces: readonly Uint8Array[]): readonly Streamed<ChatChunk>[] {
  const reader = createPartReader(new ChunkReader({ service: 'SageMaker', parse: chatAnswers.chunks(asked) }));
  return [...pieces.flatMap((piece) => [...reader.read(piece)]), ...reader.end()];
}

function positions(bytes: Uint8Array): number[] {
  return [...bytes.keys()];
}

describe.each(Object.entries(written))('%s', (_name, text) => {
  const bytes = Buffer.from(text);

  test('reads the same wherever frames end, even inside a line or character', () => {
    for (const at of positions(bytes)) {
      const frames = [part(bytes.subarray(0, at)), part(bytes.subarray(at))];
      expect([at, readAll([Buffer.concat(frames)])]).toEqual([at, chunks]);
    }
  });

  test('reads the same wherever the bytes of frames are cut', () => {
    const middle = Math.floor(bytes.length / 2);
    const frames = Buffer.concat([part(bytes.subarray(0, middle)), part(''), part(bytes.subarray(middle))]);
    for (const at of positions(frames)) {
      expect([at, readAll([frames.subarray(0, at), frames.subarray(at)])]).toEqual([at, chunks]);
    }
    expect(readAll(positions(frames).map((at) => frames.subarray(at, at + 1)))).toEqual(chunks);
  });

  test('reads the same with one frame per byte', () => {
    expect(readAll(positions(bytes).map((at) => part(bytes.subarray(at, at + 1))))).toEqual(chunks);
  });

  test("has the same bytes as AWS's own client reads", async () => {
    const frames = [part(bytes.subarray(0, 21)), part(bytes.subarray(21))];
    const server = await loopback(streaming(...frames));
    const client = new SageMakerRuntimeClient({
      region: 'us-west-2',
      endpoint: server.url,
      credentials: { ...spending },
      requestHandler: new NodeHttpHandler(),
    });
    const { Body } = await client.send(new InvokeEndpointWithResponseStreamCommand({ EndpointName: 'e', Body: '{}' }));
    const theirs: Uint8Array[] = [];
    for await (const one of Body ?? []) theirs.push(one.PayloadPart?.Bytes ?? new Uint8Array());
    expect(Buffer.concat(theirs).equals(bytes)).toBe(true);
    expect(await items(await (await sagemaker(server.url)).chat.open(hello, context()))).toEqual(chunks);
    client.destroy();
  });
});

const line = Buffer.from(`${texts[0]}\n`);
const failures: Record<string, [readonly Buffer[], object]> = {
  'broken by the container': [
    [part(line), exception('ModelStreamError', { Message: 'it broke', ErrorCode: 'StreamBroken' })],
    { name: 'ModelStreamErrorException', status: 424, message: 'it broke' },
  ],
  'too long for SageMaker': [
    [part(line), exception('ModelStreamError', { Message: 'too long', ErrorCode: 'ModelInvocationTimeExceeded' })],
    { name: 'ModelTimeoutException', status: 408, message: 'too long' },
  ],
  'broken by SageMaker': [
    [part(line), exception('internalStreamFailure', { Message: 'oh' })],
    { name: 'InternalServerException', status: 500, message: 'oh' },
  ],
  'ended by an error of LMI': [
    [part(line), part('{"error": "out of memory", "code": 424}\n')],
    { name: 'OpenAIError', status: 424, message: 'out of memory' },
  ],
  'ended by an error of vLLM': [
    [
      part(line),
      part('data: {"error":{"message":"no","type":"BadRequestError","param":null,"code":400}}\n\ndata: [DONE]\n\n'),
    ],
    { name: 'OpenAIError', status: 400, message: 'no', openai: { type: 'BadRequestError', code: null, param: null } },
  ],
  'cut inside a line': [[part(line), part('{"choices":[')], { name: 'TruncatedStream' }],
  'cut inside a frame': [[part(line), part(line).subarray(0, 50)], { name: 'TruncatedStream' }],
};

test.each(Object.entries(failures))('%s: the failure is the last item', async (_name, [frames, failure]) => {
  const bytes = Buffer.concat(frames);
  for (const at of positions(bytes)) {
    const all = readAll([bytes.subarray(0, at), bytes.subarray(at)]);
    expect([at, all]).toEqual([at, [chunks[0], { failure: expect.objectContaining(failure) }]]);
  }
});

test('nothing follows a failure', () => {
  const error = part('{"error": "no", "code": 424}\n');
  expect(readAll([Buffer.concat([error, part(line)]), part(line)])).toHaveLength(1);
});

test('unknown events, and whatever follows [DONE], are dropped', () => {
  const done = part(`data: ${texts[0]}\n\ndata: [DONE]\n\n`);
  expect(readAll([done, part(line), part(line).subarray(0, 20)])).toEqual([chunks[0]]);
});

test('an error as the first item is an outcome, so it can still be a status', async () => {
  const server = await loopback(streaming(part('{"error": "out of '), part('memory", "code": 424}\n')));
  const outcome = await (await sagemaker(server.url)).chat.open(hello, context());
  expect(outcome).toMatchObject({ ok: false, failure: { name: 'OpenAIError', status: 424 } });
});

test('an empty stream is a failure', async () => {
  const server = await loopback(streaming(part('')));
  const outcome = await (await sagemaker(server.url)).chat.open(hello, context());
  expect(outcome).toMatchObject({ ok: false, failure: { name: 'TruncatedStream' } });
});

test('completions are read from the same frames', async () => {
  const choice = { index: 0, text: 'hé', logprobs: null, finish_reason: null };
  const text = { id: 'c', object: 'text_completion', created: 1, model: 'm', choices: [choice] };
  const server = await loopback(streaming(part(`${JSON.stringify(text)}\n`)));
  const backend = await sagemaker(server.url);
  expect(await items(await backend.completions.open({ model: 'tiny', prompt: 'a' }, context()))).toEqual([text]);
});
