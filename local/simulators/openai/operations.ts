import type { ServerResponse } from 'node:http';
import { asObject, asString } from '../../json.ts';
import { writeJson } from '../common/server.ts';
import { chatAnswer } from './answer/chat.ts';
import { chatChunks } from './answer/chunks.ts';
import { completionsAnswer, completionsChunks, completionsReply } from './answer/completions.ts';
import { embeddingsReply } from './answer/embeddings.ts';
import { chatReply } from './answer/reply.ts';
import { faultReader } from './faults.ts';
import { models, type Model } from './models.ts';
import { invalid } from './openai-error.ts';
import { modelNamed, resolve } from './resolve.ts';
import { respond, answerWithFault } from './respond.ts';
import { check } from './rules/check.ts';
import { limitsOf } from './rules/parameters.ts';
import { checkReturned } from './rules/returned.ts';
import { strict, unlimited } from './schemas.ts';
import type { ChatRequest, CompletionsRequest } from './wire.ts';

/** One call, with a good key. */
export interface Call {
  readonly response: ServerResponse;
  readonly body: unknown;
  readonly key: string;
  /** What the path names, decoded. */
  readonly id: string;
}

/** The operations of the API, with what they remember between calls. */
export class Operations {
  readonly #faults = faultReader();

  async chat({ response, body, key }: Call): Promise<void> {
    const { request, model } = chatOf(body);
    check(request, { ...limitsOf(model), contextTokens: model.contextTokens });
    checkReturned(request, model);
    const asked = this.#faults.read(request.metadata ?? {});
    if (answerWithFault(response, { asked, key, request })) return;
    const answerer = { model: model.version, thinks: model.thinks === true, wantsBack: model.wantsBack };
    const answer = chatAnswer(request, answerer, asked.fault.ending);
    const written = {
      streams: request.stream === true,
      tokens: answer.usage.completion_tokens,
      reply: () => chatReply(answer, request),
      chunks: () => chatChunks(answer, request),
    };
    await respond(response, written, asked);
  }

  async completions({ response, body, key }: Call): Promise<void> {
    const request = strict.completions(body);
    const model = resolve(request.model, 'completions');
    checkCompletions(request, model);
    const asked = this.#faults.read(metadataOf(request));
    if (answerWithFault(response, { asked, key, request })) return;
    const answer = completionsAnswer(request, model.version, asked.fault.ending);
    const written = {
      streams: request.stream === true,
      tokens: answer.usage.completion_tokens,
      reply: () => completionsReply(answer, request),
      chunks: () => completionsChunks(answer, request),
    };
    await respond(response, written, asked);
  }

  async embeddings({ response, body, key }: Call): Promise<void> {
    const request = strict.embeddings(body);
    const model = resolve(request.model, 'embeddings');
    const asked = this.#faults.read(metadataOf(request));
    if (answerWithFault(response, { asked, key, request })) return;
    const reply = { ...embeddingsReply(request, model) };
    await respond(response, { streams: false, tokens: 0, reply: () => reply, chunks: () => [] }, asked);
  }

  list({ response }: Call): void {
    writeJson(response, { object: 'list', data: models.map(modelObject) });
  }

  get({ response, id }: Call): void {
    writeJson(response, modelObject(modelNamed(id)));
  }
}

/** A chat, read as the server of its model reads it. */
function chatOf(body: unknown): { request: ChatRequest; model: Model } {
  const named = asString(asObject(body)?.['model']);
  const isOpen = models.some(({ id, wantsBack }) => id === named && wantsBack !== undefined);
  const request = (isOpen ? unlimited : strict.chat)(body);
  return { request, model: resolve(request.model, 'chat') };
}

/** Since when there are the models. */
const createdSeconds = 1_767_225_600;

function modelObject({ id }: Model): object {
  return { id, object: 'model', created: createdSeconds, owned_by: 'system' };
}

/** Metadata of a request that has no such field: it asks for a fault in `user`, as `simulator-fault: name`. */
function metadataOf({ user }: { user?: string | null }): Record<string, string> {
  const fault = /^simulator-fault: *(\S+)/.exec(user ?? '')?.[1];
  return fault === undefined ? {} : { 'simulator-fault': fault, 'simulator-id': user ?? '' };
}

function checkCompletions(request: CompletionsRequest, model: Model): void {
  const { n, best_of: best, stream, stream_options: options, max_tokens: most } = request;
  if (best !== undefined && best !== null && best < (n ?? 1))
    throw invalid(
      'You requested that the server return more choices than it will generate (HINT: best_of must be >= n).',
      'best_of',
    );
  if (stream === true && (best ?? 1) > (n ?? 1))
    throw invalid('Results can not be streamed when best_of > n.', 'best_of');
  if (stream !== true && options !== undefined && options !== null)
    throw invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  if ((most ?? 0) > model.maxTokens)
    throw invalid(
      `This model's maximum context length is ${model.contextTokens} tokens, however you requested ${most} tokens for the completion. Please reduce your prompt; or completion length.`,
    );
}
