/** A conversation in the dialects of the clients and of the backend. */
export interface Payload {
  readonly chat: Buffer;
  readonly responses: Buffer;
  readonly converse: Buffer;
  readonly model: string;
  readonly stream: boolean;
}

/** What an answer is made of: the backend reads it from the model's name. */
export interface Answer {
  readonly deltas: number;
  /** Characters of each delta. */
  readonly chars: number;
}

/** The model whose answer is one short sentence. */
const model = 'us.anthropic.claude-sonnet-4-6';

const shape = /-d(\d+)x(\d+)$/;
const shortAnswer: Answer = { deltas: 20, chars: 5 };

/** A model that gives this answer. */
export function modelFor({ deltas, chars }: Answer): string {
  return `${model}-d${deltas}x${chars}`;
}

/** The answer that a model gives. */
export function answerOf(name: string): Answer {
  const found = shape.exec(name);
  return found ? { deltas: Number(found[1]), chars: Number(found[2]) } : shortAnswer;
}

/** Ways in which the backend fails, by what a model's name ends with. */
export const faults = ['throttled', 'cut', 'reset'] as const;
/** The faults that the load of the memory figure contains. */
export type Fault = (typeof faults)[number];

/** Name of a model that always fails in one way. */
export function failing(fault: Fault): string {
  return `${model}-${fault}`;
}

/** How the model of this name fails, if it does. */
export function faultOf(name: string): Fault | undefined {
  return faults.find((fault) => name.endsWith(`-${fault}`));
}

const words = 'The quick brown fox jumps over the lazy dog while nobody looks at the clock on the wall. ';

/** What every piece of an answer begins with. */
export const pieceStart = '0 The';

/** Prose of some length; a mark makes each piece another one. */
export function prose(chars: number, mark = 0): string {
  return `${mark} ${words}`.repeat(Math.ceil(chars / words.length)).slice(0, chars);
}

/** A conversation of turns whose chat body has so many bytes, to a few. */
export function conversation(bytes: number, options: { turns: number; name?: string; stream?: boolean }): Payload {
  const { turns, name = model, stream = false } = options;
  const build = (chars: number): Payload => ({
    model: name,
    stream,
    chat: json({
      model: name,
      max_tokens: 1000,
      temperature: 0.5,
      ...(stream && { stream, stream_options: { include_usage: true } }),
      messages: [
        { role: 'system', content: 'You are a helpful assistant.' },
        ...texts(turns, chars).map((content, index) => ({ role: role(index), content })),
      ],
    }),
    responses: json({
      model: name,
      max_output_tokens: 1000,
      temperature: 0.5,
      ...(stream && { stream }),
      instructions: 'You are a helpful assistant.',
      input: texts(turns, chars).map((content, index) => ({ role: role(index), content })),
    }),
    converse: json({
      system: [{ text: 'You are a helpful assistant.' }],
      messages: texts(turns, chars).map((text, index) => ({ role: role(index), content: [{ text }] })),
      inferenceConfig: { maxTokens: 1000, temperature: 0.5 },
    }),
  });
  const frame = build(0).chat.byteLength;
  return build(Math.max(1, Math.round((bytes - frame) / turns)));
}

/** An odd number of turns: the first and the last are the user's. */
function role(index: number): 'user' | 'assistant' {
  return index % 2 === 0 ? 'user' : 'assistant';
}

function texts(turns: number, chars: number): string[] {
  return Array.from({ length: turns }, (_, index) => prose(chars, index));
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
