import type { Credential } from '../credential.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsReply, CompletionsRequest } from '../dialects/completions.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../dialects/converse.gen.ts';
import type { Failure, Outcome, Streamed } from '../dialects/outcome.ts';

/** Where one call goes, with whose credential, and how long it may take. */
export interface CallContext {
  readonly credential: Credential;
  /** The model as the target names it: a model id, a profile id, an ARN, an endpoint. The backend encodes it for the path. */
  readonly model: string;
  /** A region that was checked against `bedrockRegions`: it becomes part of a host name. Backends without regions ignore it. */
  readonly region: string;
  /** Aborts the call when the caller hung up or the deadline passed; its `reason` says which. */
  readonly signal: AbortSignal;
  /** Id and time (in seconds) of the answer where upstream sends none, as OpenAI's `id` and `created`. */
  readonly stamp?: { readonly id: string; readonly created: number };
  /** The caller's id for upstream's own records, where the stack pays; absent where a caller pays. */
  readonly callerId?: string;
  /** Called when upstream has answered with anything but a refusal of the credential; may be called more than once. */
  readonly onCredentialAccepted?: () => void;
  /**
   * The S3 URI of an object of the stack's bucket that upstream reads in this call: what the stack signs it with may then read this object and
   * no other.
   */
  readonly reads?: string;
  /** Further labels for upstream's records, where the body has no field for them: plain ASCII. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Events in batches, one for each read of the socket: an await for every delta costs more than the delta. */
export type Batches<Event> = AsyncIterable<readonly Streamed<Event>[]>;

/**
 * One dialect of a backend. `open` resolves when the first event is in, so that a refusal is still an HTTP status: a stream whose first
 * frame is an exception is a failure. Nothing follows `{failure}`. A stream without the dialect's last event just ends: only the fold knows
 * which event is the last.
 */
export interface Surface<Request, Reply, Event> {
  call(request: Request, context: CallContext): Promise<Outcome<Reply>>;
  open(request: Request, context: CallContext): Promise<Outcome<Batches<Event>>>;
  /** Forwards the request body and the answer unchanged, for a client that speaks the same dialect; absent where the backend cannot. */
  passthrough?(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
}

/** A request whose body is forwarded unchanged. */
export interface PassthroughRequest {
  /** JSON, with upstream's name for the model where the dialect has it in the body. */
  readonly body: string | Uint8Array;
  readonly stream: boolean;
  /** Headers of the operation, in lower case; the backend forwards those on its allow list. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose bytes are forwarded unchanged; it is available when the first bytes are in and are not an error. */
export interface PassthroughAnswer {
  readonly contentType: string;
  /** Upstream's headers that are on the backend's allow list, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The unchanged bytes. A stream that breaks, or ends without the dialect's last event, yields `{failure}` as its last item; so does a
   * truncated answer.
   */
  readonly body: AsyncIterable<Uint8Array | { readonly failure: Failure }>;
}

/** The answer of InvokeModel: a body in the model's own form. */
export interface InvokeReply {
  readonly body: Readonly<Record<string, unknown>>;
  /** The header `x-amzn-bedrock-input-token-count`, for models whose bodies have no count. */
  readonly inputTokens?: number;
}

/** What a backend's Chat Completions accept in messages that another model answered. */
export interface MessageLimits {
  /** Whether a call id may have at most 40 characters, as OpenAI's. */
  readonly shortIds?: boolean;
  /**
   * Whether fields that OpenAI does not know, such as a message's reasoning, are refused; other servers ignore them or expect them back.
   */
  readonly strict?: boolean;
}

/** A request, an answer or an event that is passed on, whatever it has. */
export type PassedObject = Readonly<Record<string, unknown>>;

/** Where bedrock-mantle has OpenAI's API for a model: newer models have it below `/openai`, and a request below the other one is refused. */
export type MantleBase = '/v1' | '/openai/v1';

/** What is asked at bedrock-mantle, Bedrock's second endpoint, with the caller's own key. */
export interface Mantle {
  /** OpenAI's Responses below a base path. */
  responses(base: MantleBase): Pick<Surface<PassedObject, PassedObject, PassedObject>, 'call' | 'open'>;
  /** Anthropic's count of the tokens of a request of Messages; its `input_tokens` is not checked. */
  countTokens(request: PassedObject, context: CallContext): Promise<Outcome<PassedObject>>;
  /** The ids of the models that the key may ask there. */
  listModels(
    context: Pick<CallContext, 'credential' | 'region' | 'signal' | 'onCredentialAccepted'>,
  ): Promise<Outcome<readonly string[]>>;
}

/** A service that requests are sent to, with one surface for each dialect that it has. */
export interface Backend {
  /** Absent where its Chat Completions accept any message. */
  readonly messageLimits?: MessageLimits;
  /** Whether its Chat Completions may be sent callers' URLs: it fetches them from where only the internet can be reached. */
  readonly fetchesUrls?: boolean;
  readonly chat?: Surface<ChatRequest, ChatReply, ChatChunk>;
  readonly completions?: Surface<CompletionsRequest, CompletionsReply, CompletionsChunk>;
  /** OpenAI's Responses, whose fields are passed on as they are; absent where the service has none. */
  readonly responses?: Pick<Surface<PassedObject, PassedObject, PassedObject>, 'call' | 'open'>;
  readonly converse?: Surface<ConverseRequest, ConverseResponse, ConverseEvent>;
  /** OpenAI's embeddings, passed through; answers are never streamed. */
  readonly embeddings?: {
    passthrough(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
  };
  /** Bedrock's InvokeModel: a JSON body in the model's own form, parsed or passed through. */
  readonly invoke?: {
    call(body: object, context: CallContext): Promise<Outcome<InvokeReply>>;
    passthrough(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
  };
  /** Anthropic's Messages, passed through; absent where the service has none. */
  readonly messages?: {
    passthrough(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
  };
  /** Bedrock's second endpoint, for what its runtime does not have; absent where the stack does not use it. */
  readonly mantle?: Mantle;
  /** Bedrock's CountTokens, passed through. */
  readonly countTokens?: {
    passthrough(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
  };
}
