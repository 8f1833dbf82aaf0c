import type { Credential } from '../credential.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsReply, CompletionsRequest } from '../dialects/completions.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../dialects/converse.gen.ts';
import type { Failure, Outcome, Streamed } from '../dialects/outcome.ts';

/** Where one call goes, with whose credential, and how long it may take. */
export interface CallContext {
  readonly credential: Credential;
  /** What the target names, as it is: a model id, a profile id, an ARN, an endpoint. The backend encodes it for the path. */
  readonly model: string;
  /** Already checked against `bedrockRegions`: it becomes part of a host name. Backends that have no regions ignore it. */
  readonly region: string;
  /** Aborts the call: the caller hung up, or the time is over. Its `reason` says which. */
  readonly signal: AbortSignal;
  /** Identity and time of the answer, where upstream names none, as OpenAI's `id` and `created`. */
  readonly stamp?: { readonly id: string; readonly created: number };
  /** Who asks, where the stack pays: for upstream's own records. Absent where a caller pays. */
  readonly callerId?: string;
  /** Called when upstream has answered the credential with anything but a refusal of it; may be called again. */
  readonly onCredentialAccepted?: () => void;
  /** Further labels of the call for those records, where the body has no place for them: plain ASCII. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Items in batches, one for each read of the socket, because an await for every delta costs more than the delta. */
export type Batches<Event> = AsyncIterable<readonly Streamed<Event>[]>;

/**
 * One dialect of a backend. `open` resolves when the first event is in, so that a refusal is still an HTTP status: a stream
 * whose first frame is an exception is a failure, not a stream. After `{failure}` nothing follows. A stream that ends
 * without the dialect's last event just ends: only the fold knows what is last.
 */
export interface Surface<Request, Reply, Event> {
  call(request: Request, context: CallContext): Promise<Outcome<Reply>>;
  open(request: Request, context: CallContext): Promise<Outcome<Batches<Event>>>;
  /** Forwards the request body and the answer unchanged, for a client that speaks the same dialect; absent where the backend cannot. */
  passthrough?(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
}

/** A request whose body is forwarded unchanged. */
export interface PassthroughRequest {
  /** JSON, with the model's name already upstream's where the dialect has it in the body. */
  readonly body: string | Uint8Array;
  readonly stream: boolean;
  /** What the operation says in headers beside its body, lower-case; a backend sends on what its allow list has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose bytes are forwarded unchanged; it is available when the first bytes are in and are not an error. */
export interface PassthroughAnswer {
  readonly contentType: string;
  /** Those of upstream's headers that the backend's allow list has, lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The bytes as they came. A stream that breaks, or ends without the dialect's last event, yields `{failure}` as its last
   * item; so does a whole answer that is cut off.
   */
  readonly body: AsyncIterable<Uint8Array | { readonly failure: Failure }>;
}

/** What InvokeModel answers: a body of the model's own form. */
export interface InvokeReply {
  readonly body: Readonly<Record<string, unknown>>;
  /** The header `x-amzn-bedrock-input-token-count`: some bodies lack it. */
  readonly inputTokens?: number;
}

/** What the Chat Completions of a backend takes of turns that another model answered. */
export interface MessageLimits {
  /** Whether a call id may have no more than OpenAI's 40 characters. */
  readonly shortIds?: boolean;
  /** Whether fields are refused that OpenAI does not know, such as a message's reasoning: other servers ignore them, or want them back. */
  readonly strict?: boolean;
}

/** Somewhere requests go: what it can be asked, by dialect. */
export interface Backend {
  /** Absent: its Chat Completions takes any. */
  readonly messageLimits?: MessageLimits;
  /** Whether the Chat Completions may be sent URLs of callers: it fetches them where only the internet can be reached. */
  readonly fetchesUrls?: boolean;
  readonly chat?: Surface<ChatRequest, ChatReply, ChatChunk>;
  readonly completions?: Surface<CompletionsRequest, CompletionsReply, CompletionsChunk>;
  readonly converse?: Surface<ConverseRequest, ConverseResponse, ConverseEvent>;
  /** OpenAI's embeddings: whole answers, passed through. */
  readonly embeddings?: {
    passthrough(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
  };
  /** Bedrock's InvokeModel: a JSON body of the model's own form, parsed or passed through. */
  readonly invoke?: {
    call(body: object, context: CallContext): Promise<Outcome<InvokeReply>>;
    passthrough(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
  };
  /** Bedrock's CountTokens, passed through. */
  readonly countTokens?: {
    passthrough(body: PassthroughRequest, context: CallContext): Promise<Outcome<PassthroughAnswer>>;
  };
}
