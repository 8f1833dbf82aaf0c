// The least that a proxy between two dialects can do: parse, rebuild, parse, rebuild. No key is looked at, nothing is
// validated, no model is looked up, no error is translated.

/** A Chat Completions request, as far as the benchmark sends it. */
export interface Chat {
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

const stamp = { id: 'chatcmpl-benchmark', created: 1_700_000_000 };

/** Path of the Converse operation that answers a chat. */
export function conversePath({ model, stream }: Chat): string {
  return `/model/${encodeURIComponent(model)}/${stream === true ? 'converse-stream' : 'converse'}`;
}

/** Body of the Converse request for a chat. */
export function converse({ messages, max_tokens: maxTokens, temperature }: Chat): string {
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

/** Chat completion for Converse's answer, both as JSON text. */
export function completion(text: string, model: string): string {
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

/** What a chat's stream ends with. */
export const streamEnd = 'data: [DONE]\n\n';

/** Turns pieces of ConverseStream's answer into server-sent events, all but the last one (`streamEnd`). */
export function chunkReader(model: string): (bytes: Buffer) => string {
  const read = frameReader();
  return (bytes) =>
    read(bytes)
      .map((event) => chunk(event, model))
      .join('');
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
