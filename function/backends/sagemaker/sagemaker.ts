import type { ChatChunk, ChatReply, ChatRequest } from '../../dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsReply, CompletionsRequest } from '../../dialects/completions.gen.ts';
import { toWellFormed } from '../../dialects/well-formed.ts';
import { ApiError } from '../../errors.ts';
import { answerContext, type AnswerReader } from '../answers/answer-reader.ts';
import { chatAnswers } from '../answers/chat.ts';
import { completionsAnswers } from '../answers/completions.ts';
import type { Backend, CallContext, Surface } from '../backend.ts';
import { errorObject, isError } from '../openai/error-object.ts';
import { ChunkReader } from '../sse/chunk-reader.ts';
import { sendSigned } from '../stack/send.ts';
import type { Signer } from '../stack/signer.ts';
import { refusal, readReply } from '../wire/body.ts';
import { encodeLabel, endpointResolver } from '../wire/endpoint.ts';
import { events } from '../wire/events.ts';
import { outcomeOf } from '../wire/upstream.ts';
import type { Transport, Sent } from '../wire/transport.ts';
import { sageMakerFailure, service } from './failures.ts';
import { withoutNullFields } from './nulls.ts';
import { createPartReader } from './parts.ts';

/** What the SageMaker backend needs. */
export interface SageMakerOptions {
  /** The region of the endpoints, which is the stack's own. */
  readonly region: string;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME. */
  readonly endpoint?: string | undefined;
  /** Signs the calls, all of which the stack pays; without a signer nothing is sent. */
  readonly signer?: Signer | undefined;
  /** The connections, which all backends share. */
  readonly transport: Transport;
}

/** Endpoints of Amazon SageMaker whose containers speak OpenAI's formats (vLLM, LMI). */
export type SageMaker = Required<Pick<Backend, 'chat' | 'completions'>>;

type OpenAiRequest = ChatRequest | CompletionsRequest;

type Invoke = (request: object, context: CallContext) => Promise<Sent>;

/** The service model's limit for a request body, in bytes. */
const maxBodyBytes = 6_291_456;

/** SageMaker's signing name. */
const signingName = 'sagemaker';

/** Makes the backend of SageMaker endpoints whose containers speak Chat Completions or completions. */
export function createSageMaker({ region, endpoint, signer, transport }: SageMakerOptions): SageMaker {
  const runtime = endpointResolver('runtime.sagemaker', endpoint);

  function invoker(operation: string, headers: Readonly<Record<string, string>>): Invoke {
    return (request, { model, signal }) => {
      const { host, prefix } = runtime(region);
      const { body, length } = serialize(request);
      const [name = '', component] = model.split('/');
      return sendSigned(
        { transport, signer },
        {
          service,
          host,
          method: 'POST',
          path: `${prefix}/endpoints/${encodeLabel(name)}/${operation}`,
          headers: {
            ...headers,
            ...commonHeaders,
            ...(component !== undefined && { 'x-amzn-sagemaker-inference-component': component }),
            'content-length': String(length),
          },
          body,
          signal,
        },
        { service: signingName, region },
      );
    };
  }

  // The header asks for LMI's default format; for streams, LMI and vLLM only look at `stream` in the body.
  const invoke = invoker('invocations', { accept: 'application/json' });
  const invokeStream = invoker('invocations-response-stream', { 'x-amzn-sagemaker-accept': 'application/json' });
  return {
    chat: surface<ChatRequest, ChatReply, ChatChunk>(invoke, invokeStream, chatAnswers),
    completions: surface<CompletionsRequest, CompletionsReply, CompletionsChunk>(
      invoke,
      invokeStream,
      completionsAnswers,
    ),
  };
}

/** Headers of every call; SageMaker forwards no others. */
const commonHeaders: Readonly<Record<string, string>> = {
  'accept-encoding': 'identity',
  'content-type': 'application/json',
  'user-agent': 'bedrock-gateway',
};

/**
 * Serializes a request without its model: the container's name for it is unknown here, and by default it uses its own. Throws an ApiError
 * (413) above the size limit.
 */
function serialize(request: object): { readonly body: string; readonly length: number } {
  const body = toWellFormed(JSON.stringify({ ...request, model: undefined }));
  const length = Buffer.byteLength(body);
  if (length <= maxBodyBytes) return { body, length };
  throw new ApiError(`This model takes requests of at most ${maxBodyBytes} bytes, and this one has ${length}.`, {
    status: 413,
    code: 'request_too_large',
  });
}

function surface<Request extends OpenAiRequest, Reply extends object, Event extends object>(
  invoke: Invoke,
  invokeStream: Invoke,
  answers: AnswerReader<Request, Reply, Event>,
): Surface<Request, Reply, Event> {
  return {
    async call(request, context) {
      const sent = await invoke({ ...request, stream: undefined, stream_options: undefined }, context);
      if (!sent.ok || sent.value.statusCode !== 200) return refusalOutcome(sent, context);
      const outcome = await readReply(sent.value, { service, signal: context.signal });
      if (!outcome.ok) return outcome;
      const value = withoutNullFields(outcome.value);
      const read = isError(value)
        ? ({ ok: false, failure: errorObject(service, value) } as const)
        : answers.reply(value, answerContext(request, answers, { ...context, service }));
      return outcomeOf(read, sent.value);
    },
    async open(request, context) {
      const usage = { ...request.stream_options, include_usage: true };
      const sent = await invokeStream({ ...request, stream: true, stream_options: usage }, context);
      if (!sent.ok || sent.value.statusCode !== 200) return refusalOutcome(sent, context);
      const parse = answers.chunks(answerContext(request, answers, { ...context, service }));
      const chunks = new ChunkReader<Event>({ service, parse: (item, out) => parse(withoutNullFields(item), out) });
      const reader = createPartReader(chunks);
      return events(sent.value, reader, { service, signal: context.signal });
    },
  };
}

async function refusalOutcome(sent: Sent, { signal }: CallContext): Promise<Extract<Sent, { ok: false }>> {
  if (!sent.ok) return sent;
  return { ok: false, failure: await refusal(sent.value, { service, signal }, sageMakerFailure) };
}
