import type { ChatChunk, ChatReply, ChatRequest } from '../../dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsReply, CompletionsRequest } from '../../dialects/completions.gen.ts';
import { answerContext, type AnswerReader } from '../answers/answer-reader.ts';
import { chatAnswers } from '../answers/chat.ts';
import { completionsAnswers } from '../answers/completions.ts';
import type { CallContext, Surface } from '../backend.ts';
import { ChunkReader } from '../sse/chunk-reader.ts';
import { readReply } from '../wire/body.ts';
import { events } from '../wire/events.ts';
import { outcomeOf } from '../wire/upstream.ts';
import { errorObject, isError } from './error-object.ts';
import { passStream, passThroughOpenAi, type Post } from './passthrough.ts';

/** The common fields of requests of OpenAI's two dialects. */
type OpenAiRequest = Pick<ChatRequest | CompletionsRequest, 'model' | 'stream' | 'stream_options'>;

/** Chat Completions of an OpenAI-compatible server. */
export function chat(post: Post, path = '/chat/completions'): Required<Surface<ChatRequest, ChatReply, ChatChunk>> {
  return surface(post, { path, answers: chatAnswers });
}

/** Legacy completions of an OpenAI-compatible server. */
export function completions(post: Post): Required<Surface<CompletionsRequest, CompletionsReply, CompletionsChunk>> {
  return surface(post, { path: '/completions', answers: completionsAnswers });
}

function surface<Request extends OpenAiRequest, Reply, Event extends object>(
  post: Post,
  { path, answers }: { path: string; answers: AnswerReader<Request, Reply, Event> },
): Required<Surface<Request, Reply, Event>> {
  return {
    async call(request, context) {
      const posted = await post(path, whole(request, context), context);
      if (!posted.ok) return posted;
      const { answer, readContext } = posted.value;
      const outcome = await readReply(answer, readContext);
      if (!outcome.ok) return outcome;
      const { value } = outcome;
      const { service } = readContext;
      const read = isError(value)
        ? ({ ok: false, failure: errorObject(service, value) } as const)
        : answers.reply(value, answerContext(request, answers, { ...context, service }));
      return outcomeOf(read, answer);
    },
    async open(request, context) {
      const posted = await post(path, streamed(request, context), context);
      if (!posted.ok) return posted;
      const { answer, readContext } = posted.value;
      const { service } = readContext;
      const parse = answers.chunks(answerContext(request, answers, { ...context, service }));
      return events(answer, new ChunkReader({ service, parse }), readContext);
    },
    async passthrough({ body, stream }, context) {
      const posted = await post(path, body, context);
      if (!posted.ok) return posted;
      const { service } = posted.value.readContext;
      const reader = () => answers.chunks(answerContext(undefined, anyNumber, { ...context, service }));
      return stream ? passStream(posted.value, reader) : passThroughOpenAi(posted.value);
    },
  };
}

/** A passed-through request is not parsed: each choice keeps its own index. */
const anyNumber = { choices: () => 1_000 };

function whole(request: OpenAiRequest, { model }: CallContext): string {
  const { stream: _stream, stream_options: _options, ...fields } = request;
  return JSON.stringify({ ...fields, model });
}

/** Serializes a streaming request. Streams end with usage only on request, and every translation reports it. */
function streamed(request: OpenAiRequest, { model }: CallContext): string {
  const options = { ...request.stream_options, include_usage: true };
  return JSON.stringify({ ...request, model, stream: true, stream_options: options });
}
