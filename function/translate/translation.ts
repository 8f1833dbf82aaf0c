import type { DefaultMaxOutput, Family } from '../catalog/family.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsReply, CompletionsRequest } from '../dialects/completions.gen.ts';
import type {
  AudioBlock,
  ConverseEvent,
  ConverseRequest,
  ConverseResponse,
  DocumentBlock,
  ImageBlock,
  VideoBlock,
} from '../dialects/converse.gen.ts';
import type { ResponsesRequest } from '../dialects/responses-request.gen.ts';
import type {
  ResponseErrorEvent,
  ResponseFailedEvent,
  ResponsesEvent,
  ResponsesReply,
} from '../dialects/responses.gen.ts';
import type { Failure, Streamed } from '../dialects/outcome.ts';
import type { ErrorBody } from '../errors.ts';

/** Identity and time of an answer, passed in so that translations stay pure. */
export interface Stamp {
  /** `chatcmpl-…`, `cmpl-…`, or any unique id where the dialect has none. */
  readonly id: string;
  /** Seconds since the epoch, as OpenAI's `created`. */
  readonly created: number;
  /** Milliseconds since the request came, for dialects whose answers say how long they took. */
  readonly elapsedMs?: () => number;
}

/** Media fetched for an https URL before translation: what magic bytes say it is, and base64 as Converse wants it. */
export interface Media {
  readonly format: string;
  readonly bytes: string;
}

/** A stored file that a request names by its id, read before translation: a content block, by its bytes, and the name that it was stored under. */
export interface StoredFile {
  readonly filename: string;
  readonly block:
    | { readonly image: ImageBlock }
    | { readonly video: VideoBlock }
    | { readonly audio: AudioBlock }
    | { readonly document: Omit<DocumentBlock, 'name'> };
}

/** Everything that a translation may know about one request. */
export interface TranslationContext<Request> {
  readonly request: Request;
  readonly stamp: Stamp;
  /** The backend that will answer, as targets name it: with `model` it tells where an answer came from. */
  readonly backend?: string;
  /** What will really answer: a Bedrock id, profile or ARN, or the model of another backend. */
  readonly model: string;
  /** What that model can do. */
  readonly family: Family;
  /** By the URL as the request has it; filled by http/ for every https URL in the request. */
  readonly media: ReadonlyMap<string, Media>;
  /** By the id as the request has it: every stored file of the request. Absent where the stack stores none. */
  readonly files?: ReadonlyMap<string, StoredFile>;
  readonly promptCaching: 'off' | 'auto' | 'always';
  /** The tokens of an answer that the request does not limit; absent where Bedrock's own default holds. */
  readonly defaultMaxOutput?: DefaultMaxOutput;
  /** Whether the stack pays, and labels the call itself. */
  readonly stackPays?: boolean;
  /** Whether the reasoning of earlier answers stays out: it was encrypted in another region than the one that is called. */
  readonly withoutReasoning?: boolean;
}

/** A request in the server's dialect, and the plan by which its answer is translated back. */
export interface Translated<Request, Plan> {
  readonly request: Request;
  /** How many times it is to be called (OpenAI's `n`). */
  readonly calls: number;
  /** One for each of the calls, in the order of the choices, where they differ (a list of prompts). Absent: `request` each time. */
  readonly requests?: readonly Request[];
  /** False when the model cannot stream this request: call it, then replay the reply as events. */
  readonly streams: boolean;
  /** Names of the caller's fields that are ignored, for `x-gateway-ignored`. */
  readonly ignored: readonly string[];
  readonly plan: Plan;
  /**
   * Translates the request again without strict schemas, with a plan of its own: for a model that refuses to compile them. Absent
   * where no strict schema is sent.
   */
  readonly withoutStrict?: () => Translated<Request, Plan>;
  /**
   * Translates the request again without the reasoning of earlier answers: for a model that refuses it. Undefined where no such
   * reasoning is sent, or where the family cannot go on without it.
   */
  readonly withoutReasoning?: () => Translated<Request, Plan> | undefined;
}

/** A stream as a fold: where it starts, what one item does, what is owed at the end. */
export interface Steps<Start, State, In, Out> {
  readonly begin: (start: Start) => State;
  /** May change `state`: it belongs to one stream and is never shared. */
  readonly step: (state: State, item: In) => Out[];
  /** What is owed when no more items come; a stream cut short becomes a failure here. */
  readonly end: (state: State) => Out[];
  /** How an error event, which the gateway itself ends the stream with, is said at this point; absent where it is the same everywhere. */
  readonly failed?: (state: State, error: Out) => Out;
}

/** One item of the stream of one of `n` parallel calls. */
export interface Numbered<Event> {
  readonly choice: number;
  readonly item: Streamed<Event>;
}

/** A failure as the client's dialect says it: before an answer, and in the middle of a stream. */
export interface ClientFailure<Body extends object = object, StreamError extends object = Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  /** The last item of a stream that fails; for OpenAI's dialects it is the body. */
  readonly event: StreamError;
}

/** An exception in Converse's stream: its name in the stream's union (`throttlingException`), and its message. */
export interface ConverseException {
  readonly exception: { readonly type: string; readonly message: string };
}

/** The types of a dialect: what is asked, what is answered, and one event of an answer that is streamed. */
export interface Dialect {
  readonly Request: unknown;
  readonly Reply: object;
  readonly Event: object;
  /** The event that ends a stream without a clean finish. */
  readonly StreamError: object;
}

/** OpenAI's Chat Completions. */
export interface ChatDialect extends Dialect {
  readonly Request: ChatRequest;
  readonly Reply: ChatReply;
  readonly Event: ChatChunk;
  readonly StreamError: ErrorBody;
}

/** OpenAI's legacy Completions. */
export interface CompletionsDialect extends Dialect {
  readonly Request: CompletionsRequest;
  readonly Reply: CompletionsReply;
  readonly Event: CompletionsChunk;
  readonly StreamError: ErrorBody;
}

/** OpenAI's Responses. */
export interface ResponsesDialect extends Dialect {
  readonly Request: ResponsesRequest;
  readonly Reply: ResponsesReply;
  readonly Event: ResponsesEvent;
  readonly StreamError: ResponseErrorEvent | ResponseFailedEvent;
}

/** Bedrock's Converse and ConverseStream. */
export interface ConverseDialect extends Dialect {
  readonly Request: ConverseRequest;
  readonly Reply: ConverseResponse;
  readonly Event: ConverseEvent;
  readonly StreamError: ConverseException;
}

/** What the translation of a stream starts with. */
export interface StreamStart<Client extends Dialect, Plan> {
  readonly context: TranslationContext<Client['Request']>;
  readonly plan: Plan;
}

/** How clients of one dialect are served by a backend that speaks another. Pure: four functions and a replay. */
export interface Translation<Client extends Dialect, Server extends Dialect, Plan, State> {
  readonly request: (context: TranslationContext<Client['Request']>) => Translated<Server['Request'], Plan>;
  /** One reply for each call, in the order of the choices. */
  readonly reply: (
    replies: readonly Server['Reply'][],
    context: TranslationContext<Client['Request']>,
    plan: Plan,
  ) => Client['Reply'];
  readonly stream: Steps<
    StreamStart<Client, Plan>,
    State,
    Numbered<Server['Event']>,
    Client['Event'] | Client['StreamError']
  >;
  readonly failure: (failure: Failure) => ClientFailure<object, Client['StreamError']>;
  /** The events that a stream of this reply would have had, for models that cannot stream a request. */
  readonly replay: (reply: Server['Reply']) => Server['Event'][];
}
