import type { ChatChunk, ChatReply, ChatRequest } from '../../dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsReply, CompletionsRequest } from '../../dialects/completions.gen.ts';
import { toWellFormed } from '../../dialects/well-formed.ts';
import { ApiError } from '../../errors.ts';
import { askedOf, type AnswerReader } from '../answers/asked.ts';
import { chatAnswers } from '../answers/chat.ts';
import { completionsAnswers } from '../answers/completions.ts';
import type { Backend, CallContext, Surface } from '../backend.ts';
import { errorObject, isError } from '../openai/error-object.ts';
import { createChunkReader } from '../sse/chunks.ts';
import { sendSigned } from '../stack/send.ts';
import type { Signer } from '../stack/signer.ts';
import { refusal, reply } from '../wire/body.ts';
import { label, locate } from '../wire/endpoint.ts';
import { events } from '../wire/events.ts';
import { outcomeOf } from '../wire/upstream.ts';
import { createTransport, type Transport, type Sent } from '../wire/transport.ts';
import { errorAnswer, service } from './failures.ts';
import { withoutNulls } from './nulls.ts';
import { createPartReader } from './parts.ts';

export interface SageMakerOptions {
  /** Where the endpoints are: the stack's own region. */
  readonly region: string;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME. */
  readonly endpoint?: string | undefined;
  /** Whoever calls an endpoint is the stack; without a signer nothing is sent. */
  readonly signer?: Signer | undefined;
  /** The connections, where others use them as well. */
  readonly transport?: Transport;
}

/** Endpoints of Amazon SageMaker whose containers speak OpenAI's formats (vLLM, LMI). */
export interface SageMaker extends Required<Pick<Backend, 'chat' | 'completions'>> {
  /** Closes all connections. */
  close(): void;
}

type Requests = ChatRequest | CompletionsRequest;

type Ask = (request: object, context: CallContext) => Promise<Sent>;

/** The service model's limit for a request's body, in bytes. */
const longestBody = 6_291_456;

/** The name of the service in signatures. */
const signingName = 'sagemaker';

export function createSageMaker({
  region,
  endpoint,
  signer,
  transport = createTransport(),
}: SageMakerOptions): SageMaker {
  const runtime = locate('runtime.sagemaker', endpoint);

  function ask(operation: string, headers: Readonly<Record<string, string>>): Ask {
    return (request, { model, signal }) => {
      const { host, prefix } = runtime(region);
      const { body, length } = written(request);
      const [name = '', component] = model.split('/');
      return sendSigned(
        { transport, signer },
        {
          service,
          host,
          method: 'POST',
          path: `${prefix}/endpoints/${label(name)}/${operation}`,
          headers: {
            ...headers,
            ...common,
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

  // LMI's own default; vLLM looks at `stream` in the body alone, and so does LMI for the form of a stream.
  const whole = ask('invocations', { accept: 'application/json' });
  const streamed = ask('invocations-response-stream', { 'x-amzn-sagemaker-accept': 'application/json' });
  return {
    chat: surface<ChatRequest, ChatReply, ChatChunk>(whole, streamed, chatAnswers),
    completions: surface<CompletionsRequest, CompletionsReply, CompletionsChunk>(whole, streamed, completionsAnswers),
    close: () => transport.close(),
  };
}

/** Every other header of a request stops at SageMaker anyway. */
const common: Readonly<Record<string, string>> = {
  'accept-encoding': 'identity',
  'content-type': 'application/json',
  'user-agent': 'bedrock-gateway',
};

/** The name that the container serves its model by is unknown here, and without one it takes its own. */
function written(request: object): { readonly body: string; readonly length: number } {
  const body = toWellFormed(JSON.stringify({ ...request, model: undefined }));
  const length = Buffer.byteLength(body);
  if (length <= longestBody) return { body, length };
  throw new ApiError(`This model takes requests of at most ${longestBody} bytes, and this one has ${length}.`, {
    status: 413,
    code: 'request_too_large',
  });
}

function surface<Request extends Requests, Reply extends object, Event extends object>(
  whole: Ask,
  streamed: Ask,
  answers: AnswerReader<Request, Reply, Event>,
): Surface<Request, Reply, Event> {
  return {
    async call(request, context) {
      const sent = await whole({ ...request, stream: undefined, stream_options: undefined }, context);
      if (!sent.ok || sent.value.statusCode !== 200) return refused(sent, context);
      const outcome = await reply(sent.value, { service, signal: context.signal });
      if (!outcome.ok) return outcome;
      const value = withoutNulls(outcome.value);
      const read = isError(value)
        ? ({ ok: false, failure: errorObject(service, value) } as const)
        : answers.reply(value, askedOf(request, answers, { ...context, service }));
      return outcomeOf(read, sent.value);
    },
    async open(request, context) {
      const usage = { ...request.stream_options, include_usage: true };
      const sent = await streamed({ ...request, stream: true, stream_options: usage }, context);
      if (!sent.ok || sent.value.statusCode !== 200) return refused(sent, context);
      const read = answers.chunks(askedOf(request, answers, { ...context, service }));
      const chunks = createChunkReader<Event>({ service, shape: (item, out) => read(withoutNulls(item), out) });
      const reader = createPartReader(chunks);
      return events(sent.value, reader, { service, signal: context.signal });
    },
  };
}

async function refused(sent: Sent, { signal }: CallContext): Promise<Extract<Sent, { ok: false }>> {
  if (!sent.ok) return sent;
  return { ok: false, failure: await refusal(sent.value, { service, signal }, errorAnswer) };
}
