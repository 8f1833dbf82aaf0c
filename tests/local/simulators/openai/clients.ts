import { Ajv2020 } from 'ajv/dist/2020.js';
import OpenAI from 'openai';
import chatChunk from '../../../../schemas/openai/chat-chunk.json' with { type: 'json' };
import chatReply from '../../../../schemas/openai/chat-reply.json' with { type: 'json' };
import completionsChunk from '../../../../schemas/openai/completions-chunk.json' with { type: 'json' };
import completionsReply from '../../../../schemas/openai/completions-reply.json' with { type: 'json' };
import embeddingsReply from '../../../../schemas/openai/embeddings-reply.json' with { type: 'json' };
import error from '../../../../schemas/openai/error.json' with { type: 'json' };
import models from '../../../../schemas/openai/models.json' with { type: 'json' };
import { openAiSimulator } from '../../../../local/simulators/openai/simulator.ts';
import { poster, type Post } from '../post.ts';
import * as tools from '../tools.ts';

// Made at run time: nothing in the tree looks like a key.
export const apiKey = ['sk', 'fake', 'A'.repeat(24)].join('-');

export interface Clients {
  readonly url: string;
  readonly sdk: OpenAI;
  readonly post: Post;
  readonly chat: (body: object) => Promise<Answered>;
  readonly close: () => Promise<void>;
}

interface ReplyBody {
  error?: { message: string; type: string; code: string | null; param: string | null };
  choices?: { message: Record<string, never>; finish_reason: string; text?: string; logprobs: unknown }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  data?: { embedding: number[]; index: number }[];
  [name: string]: unknown;
}

export interface Answered {
  readonly status: number;
  readonly body: ReplyBody;
}

/** The simulator with OpenAI's own client pointed at it, and nobody retrying. */
export async function start(): Promise<Clients> {
  const simulator = await openAiSimulator.start({ keys: () => [apiKey] });
  const post = poster(simulator.url, apiKey);
  const chat: Clients['chat'] = async (body) => {
    const response = await post('/chat/completions', { model: 'gpt-4o-mini', ...body });
    return { status: response.status, body: (await response.json()) as ReplyBody };
  };
  return {
    url: simulator.url,
    sdk: new OpenAI({ baseURL: simulator.url, apiKey: apiKey, maxRetries: 0 }),
    post,
    chat,
    close: () => simulator.close(),
  };
}

const ajv = new Ajv2020({ strict: false, discriminator: true });
const validators = {
  chatChunk: ajv.compile(chatChunk),
  chatReply: ajv.compile(chatReply),
  completionsChunk: ajv.compile(completionsChunk),
  completionsReply: ajv.compile(completionsReply),
  embeddingsReply: ajv.compile(embeddingsReply),
  error: ajv.compile(error),
  models: ajv.compile(models),
};

/** Why a value is not what OpenAI's document says it is; nothing if it is. */
export function faultsOf(kind: keyof typeof validators, value: unknown): unknown[] {
  const validate = validators[kind];
  return validate(value) ? [] : (validate.errors ?? []);
}

export const user = (content: unknown) => ({ role: 'user', content });

/** The data of a stream's events, as text; `[DONE]` included. */
export async function eventsOf(response: Response): Promise<string[]> {
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice(6));
}

function form({ name, description, schema }: typeof tools.weather) {
  return { type: 'function' as const, function: { name, description, parameters: schema } };
}

export const weather = form(tools.weather);

export const clock = form(tools.clock);
