// The least that a proxy between two dialects can do: parse, rebuild, parse, rebuild. No key is looked at, nothing is
// validated, no model is looked up, no error is translated.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';
import { listen, whole } from './listen.ts';

interface Chat {
  readonly model: string;
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

interface Converse {
  readonly output: { readonly message: { readonly content: readonly { readonly text: string }[] } };
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number; readonly totalTokens: number };
}

interface Event {
  readonly role?: string;
  readonly delta?: { readonly text: string };
  readonly stopReason?: string;
  readonly usage?: Converse['usage'];
}

const upstream = new Pool(process.env['BACKEND'] ?? '', { connections: 64 });
const stamp = { id: 'chatcmpl-benchmark', created: 1_700_000_000 };

function converse({ messages, max_tokens: maxTokens, temperature }: Chat): string {
  const block = ({ content }: Chat['messages'][number]): object => ({ text: content });
  const turns = messages.filter(({ role }) => role !== 'system');
  return JSON.stringify({
    system: messages.filter(({ role }) => role === 'system').map(block),
    messages: turns.map((message) => ({ role: message.role, content: [block(message)] })),
    inferenceConfig: { maxTokens, temperature },
  });
}

function chatUsage({ inputTokens, outputTokens, totalTokens }: Converse['usage']): object {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: totalTokens };
}

function completion(text: string, model: string): string {
  const { output, usage } = JSON.parse(text) as Converse;
  const content = output.message.content.map((block) => block.text).join('');
  return JSON.stringify({
    ...stamp,
    object: 'chat.completion',
    model,
    choices: [
      { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: chatUsage(usage),
  });
}

function chunk(event: Event, model: string): string {
  const base = { ...stamp, object: 'chat.completion.chunk', model };
  const choice = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  if (event.delta) return choice({ content: event.delta.text }, null);
  if (event.role !== undefined) return choice({ role: event.role, content: '' }, null);
  if (event.stopReason !== undefined) return choice({}, 'stop');
  if (event.usage) return `data: ${JSON.stringify({ ...base, choices: [], usage: chatUsage(event.usage) })}\n\n`;
  return '';
}

/** Cuts frames by hand: the length, the length of the headers, and no look at headers or checksums. */
function frameReader(): (bytes: Buffer) => Event[] {
  let held: Buffer = Buffer.of();
  return (bytes) => {
    const buffer = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const found: Event[] = [];
    let at = 0;
    while (buffer.length - at >= 12) {
      const end = at + buffer.readUInt32BE(at);
      if (end > buffer.length) break;
      const start = at + 12 + buffer.readUInt32BE(at + 4);
      found.push(JSON.parse(buffer.toString('utf8', start, end - 4)) as Event);
      at = end;
    }
    held = buffer.subarray(at);
    return found;
  };
}

function answer(response: ServerResponse, model: string): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  return {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData: (_controller, data) => void chunks.push(data),
    onResponseEnd() {
      const body = Buffer.from(completion(whole(chunks).toString(), model));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength });
      response.end(body);
    },
    onResponseError: () => void response.destroy(),
  };
}

function events(response: ServerResponse, model: string): Dispatcher.DispatchHandler {
  const read = frameReader();
  return {
    onRequestStart() {},
    onResponseStart: () => void response.writeHead(200, { 'content-type': 'text/event-stream' }),
    onResponseData(controller, data) {
      let text = '';
      for (const event of read(data)) text += chunk(event, model);
      if (text === '' || response.write(text)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd: () => void response.end('data: [DONE]\n\n'),
    onResponseError: () => void response.destroy(),
  };
}

function forward(request: IncomingMessage, text: string, response: ServerResponse): void {
  const chat = JSON.parse(text) as Chat;
  const operation = chat.stream === true ? 'converse-stream' : 'converse';
  upstream.dispatch(
    {
      method: 'POST',
      path: `/model/${encodeURIComponent(chat.model)}/${operation}`,
      headers: { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' },
      body: converse(chat),
    },
    chat.stream === true ? events(response, chat.model) : answer(response, chat.model),
  );
}

listen(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (data: Buffer) => chunks.push(data));
    request.on('end', () => forward(request, whole(chunks).toString(), response));
  }),
);
