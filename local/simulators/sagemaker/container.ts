import { asObject, parsed } from '../../json.ts';
import type { Answer } from '../common/limit.ts';
import { textOf } from '../common/server.ts';
import { chatAnswer } from '../openai/answer/chat.ts';
import { chatChunks } from '../openai/answer/chunks.ts';
import { completionsAnswer, completionsChunks, completionsReply } from '../openai/answer/completions.ts';
import { chatReply } from '../openai/answer/reply.ts';
import { ContainerError } from './container-error.ts';
import type { Endpoint } from './endpoints.ts';
import { checkChat, checkCompletions, read } from './rules.ts';
import { asWritten, chunkAsWritten, type Stops } from './vllm.ts';

type Body = Readonly<Record<string, unknown>>;

/** What a container answers with, before it is written. */
export interface ContainerAnswer {
  readonly streams: boolean;
  readonly tokens: number;
  readonly reply: Body;
  readonly chunks: readonly Body[];
}

/** The body of an invocation as a JSON object. Throws a ContainerError. */
export function requestOf(bytes: Buffer, contentType: string): Body {
  if (!/^application\/json\b/i.test(contentType))
    throw new ContainerError("Unsupported Media Type: Only 'application/json' is allowed", 415);
  const body = asObject(parsed(textOf(bytes) ?? ''));
  if (body === undefined) throw new ContainerError('JSON decode error: the body is no JSON object');
  return body;
}

/** vLLM behind /invocations: what the body holds decides whether it is a chat or a completion. Throws a ContainerError. */
export function answer(body: Body, endpoint: Endpoint): ContainerAnswer {
  const { model } = body;
  if (model !== undefined && model !== null && model !== endpoint.served)
    throw new ContainerError(
      `The model \`${typeof model === 'string' ? model : JSON.stringify(model)}\` does not exist.`,
      404,
    );
  const named = { ...body, model: endpoint.served };
  if ('messages' in body) return chat(named, endpoint);
  if ('prompt' in body) return completion(named, endpoint);
  throw new ContainerError('Cannot find suitable handler for request. Expected one of: messages, prompt');
}

function chat(body: Body, endpoint: Endpoint): ContainerAnswer {
  const request = read.chat(body);
  checkChat(request, endpoint);
  const found = chatAnswer(request, { model: endpoint.served, thinks: false });
  const plain = { ...request, stream_options: { ...request.stream_options, include_obfuscation: false } };
  return {
    streams: request.stream === true,
    tokens: found.usage.completion_tokens,
    reply: asWritten(chatReply(found, request), stopsOf(found)),
    chunks: chatChunks(found, plain).map((chunk) => chunkAsWritten(chunk, stopsOf(found))),
  };
}

function completion(body: Body, endpoint: Endpoint): ContainerAnswer {
  const request = read.completions(body);
  checkCompletions(request, endpoint);
  // What is absent is 16 to vLLM, as to OpenAI; an explicit null is all that the context has room for.
  const unlimited = request.max_tokens === null ? { max_tokens: endpoint.contextTokens } : {};
  const found = completionsAnswer({ ...request, ...unlimited }, endpoint.served);
  return {
    streams: request.stream === true,
    tokens: found.usage.completion_tokens,
    reply: asWritten(completionsReply(found, request), stopsOf(found)),
    chunks: completionsChunks(found, request).map((chunk) => chunkAsWritten(chunk, stopsOf(found))),
  };
}

function stopsOf({ choices }: { choices: readonly { answer: Answer }[] }): Stops {
  return choices.map(({ answer: { stopSequence } }) => stopSequence);
}
