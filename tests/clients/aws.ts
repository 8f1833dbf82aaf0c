import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  ConverseCommand,
  ConverseStreamCommand,
  type BedrockRuntimeClientConfig,
  type ContentBlock,
  type ConverseCommandInput,
  type ConverseStreamOutput,
  type Message,
  type StopReason,
  type TokenUsage,
  type Tool,
  type ToolUseBlockStart,
} from '@aws-sdk/client-bedrock-runtime';
import type { Served } from '../support/gateway.ts';
import { conforms } from '../schemas/conforms.ts';

/** What AWS's clients call the endpoint. With a domain that is the base URL without its `/v1`. */
export function endpointOf({ baseUrl }: Pick<Served, 'baseUrl'>): string {
  return new URL(baseUrl).origin;
}

/** A configuration as its users write it, but that nothing is tried again. */
export function withKey(gateway: Served) {
  return {
    region: 'us-east-1',
    endpoint: endpointOf(gateway),
    token: { token: gateway.apiKey },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
  };
}

/** The options of `withKey` without the key, for tests of other credentials. */
export function withoutKey(gateway: Served) {
  const { token: _token, authSchemePreference: _scheme, ...rest } = withKey(gateway);
  return rest;
}

/** AWS's own client with nothing changed but its endpoint. */
export function runtime(gateway: Served, options: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  return new BedrockRuntimeClient({ ...withKey(gateway), ...options });
}

/** The models of each backend that takes messages. */
export const backends: readonly (readonly [name: string, model: (gateway: Served) => string])[] = [
  ['Bedrock', ({ model }) => model],
  ['OpenAI', ({ openaiModel }) => openaiModel],
  ['SageMaker', ({ sagemakerModel }) => sagemakerModel],
];

export type Asked = Omit<ConverseCommandInput, 'modelId'> & { readonly modelId: string };

/** An answer, however it came. */
export interface Answered {
  readonly content: readonly ContentBlock[];
  readonly stopReason: StopReason | undefined;
  readonly usage: TokenUsage | undefined;
  readonly latencyMs: number | undefined;
}

/** Asks whole and streamed. Both answers are held against AWS's service model, and must say the same. */
export async function converse(client: BedrockRuntimeClient, asked: Asked): Promise<Answered> {
  const sending = client.send(new ConverseCommand(asked));
  const [{ $metadata: _metadata, ...reply }, streamed] = await Promise.all([sending, converseStream(client, asked)]);
  expect(conforms('converse-response', wire(reply))).toEqual([]);
  const { output, stopReason, usage, metrics } = reply;
  const content = output?.message?.content ?? [];
  const whole = { content, stopReason, usage, latencyMs: metrics?.latencyMs };
  expect(anonymous(streamed.content)).toEqual(anonymous(content));
  expect([streamed.stopReason, streamed.usage]).toEqual([stopReason, usage]);
  return whole;
}

/** Calls have ids of their own in every answer; a signature of the gateway's may hold one. */
function anonymous(content: readonly ContentBlock[]): unknown[] {
  return content.map(({ toolUse, reasoningContent, ...block }) => {
    if (toolUse) return { toolUse: { ...toolUse, toolUseId: 'an id' } };
    const { text, signature } = reasoningContent?.reasoningText ?? {};
    if (signature === undefined) return { ...block, reasoningContent };
    return { reasoningContent: { reasoningText: { text, signature: signature.replace(/~x.*/, '~x') } } };
  });
}

/** Gathers a stream as its users do. */
export async function converseStream(client: BedrockRuntimeClient, asked: Asked): Promise<Answered> {
  const events = await eventsOf(client, asked);
  const kinds = events.map((event) => Object.keys(event).join());
  expect(kinds[0]).toBe('messageStart');
  expect(kinds.slice(-2)).toEqual(['messageStop', 'metadata']);
  const last: { stop?: ConverseStreamOutput.MessageStopMember; meta?: ConverseStreamOutput.MetadataMember } = {};
  for (const event of events) {
    if (event.messageStop) last.stop = event;
    if (event.metadata) last.meta = event;
  }
  const { stop, meta } = last;
  return {
    content: gathered(events),
    stopReason: stop?.messageStop.stopReason,
    usage: meta?.metadata.usage,
    latencyMs: meta?.metadata.metrics?.latencyMs,
  };
}

/** Every event of a stream, held against AWS's service model. */
async function eventsOf(client: BedrockRuntimeClient, asked: Asked): Promise<ConverseStreamOutput[]> {
  const { stream = [] } = await client.send(new ConverseStreamCommand(asked));
  const events: ConverseStreamOutput[] = [];
  for await (const event of stream) events.push(event);
  expect(events.flatMap((event) => conforms('converse-event', wire(event)))).toEqual([]);
  return events;
}

interface Block {
  text: string;
  input: string;
  call: ToolUseBlockStart | undefined;
  reasoning: { text?: string; signature?: string };
}

function gathered(events: readonly ConverseStreamOutput[]): ContentBlock[] {
  const blocks = new Map<number | undefined, Block>();
  const at = (index: number | undefined): Block => {
    const block = blocks.get(index) ?? { text: '', input: '', call: undefined, reasoning: {} };
    blocks.set(index, block);
    return block;
  };
  for (const { contentBlockStart: start, contentBlockDelta: part } of events) {
    if (start?.start?.toolUse) at(start.contentBlockIndex).call = start.start.toolUse;
    if (part?.delta === undefined) continue;
    const block = at(part.contentBlockIndex);
    const { text, toolUse, reasoningContent } = part.delta;
    block.text += text ?? '';
    block.input += toolUse?.input ?? '';
    if (reasoningContent?.text !== undefined)
      block.reasoning.text = (block.reasoning.text ?? '') + reasoningContent.text;
    if (reasoningContent?.signature !== undefined) block.reasoning.signature = reasoningContent.signature;
  }
  return [...blocks.values()].map(contentOf);
}

function contentOf({ text, input, call, reasoning }: Block): ContentBlock {
  if (call) {
    const { toolUseId, name } = call;
    return { toolUse: { toolUseId, name, input: input === '' ? {} : JSON.parse(input) } };
  }
  const { text: thought, signature } = reasoning;
  if (thought === undefined) return { text };
  return { reasoningContent: { reasoningText: { text: thought, ...(signature !== undefined && { signature }) } } };
}

/** A value as it was on the wire, where bytes are base64. */
function wire(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) =>
      member instanceof Uint8Array ? Buffer.from(member).toString('base64') : member,
    ),
  );
}

export function user(...content: (string | ContentBlock)[]): Message {
  return { role: 'user', content: content.map((part) => (typeof part === 'string' ? { text: part } : part)) };
}

/** The text of an answer. */
export function textOf({ content }: Pick<Answered, 'content'>): string {
  return content.map(({ text }) => text ?? '').join('');
}

/** The calls in an answer: name and input. */
export function callsOf({ content }: Pick<Answered, 'content'>): [name: string | undefined, input: unknown][] {
  return content.flatMap(({ toolUse }) => (toolUse ? [[toolUse.name, toolUse.input]] : []));
}

export const weather: Tool = {
  toolSpec: {
    name: 'get_weather',
    description: 'The weather in a city',
    inputSchema: {
      json: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      },
    },
  },
};

/** A tool without arguments. */
export const clock: Tool = {
  toolSpec: {
    name: 'read_clock',
    description: 'What the clock says',
    inputSchema: { json: { type: 'object', properties: {} } },
  },
};

export const question = user('What is the weather in Berlin, and what does the clock say?');

/** What a call is refused with. */
export async function refusal(calling: Promise<unknown>): Promise<BedrockRuntimeServiceException> {
  const error = await calling.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BedrockRuntimeServiceException) return error;
  throw new Error(`expected an exception of the service, got ${String(error)}`);
}
