import type { Caller } from './auth/caller.ts';
import type { Proofs } from './auth/proofs.ts';
import type { Backend } from './backends/backend.ts';
import type { Bedrock } from './backends/bedrock/bedrock.ts';
import type { Directory } from './backends/bedrock/directory.ts';
import type { Catalog, BackendFactsByName } from './catalog/catalog.ts';
import type { Config } from './config.ts';
import type { Failure } from './dialects/outcome.ts';
import type { HttpRequest, HttpResponse } from './http-values.ts';
import type { Invocation } from './invocation.ts';
import type { RenderPrompt } from './translate/chat/to-completions/request.ts';
import type { Media } from './translate/translation.ts';

/** A URL to fetch, and the member of the request that holds it. */
export interface MediaUrl {
  readonly url: string;
  readonly param: string;
}

/** A chat template at work: what renders messages to a prompt, and where a model that follows it must stop. */
export interface LoadedTemplate {
  readonly render: RenderPrompt;
  readonly stop: readonly string[];
}

/** What the endpoints work with; handler.ts builds the real ones, tests hand over their own. */
export interface Services {
  readonly config: Config;
  readonly catalog: Catalog;
  /** What is known of every backend. */
  readonly known: BackendFactsByName;
  /** What a target names. */
  readonly backend: (name: string) => Backend;
  /** Bedrock's own API beside its models: the listings of its control plane, and operations that pass through. */
  readonly control: Pick<Bedrock, 'listing' | 'operate'>;
  readonly directory: Directory;
  /** The callers' own keys that Bedrock has answered lately. */
  readonly proofs: Proofs;
  readonly fetchMedia: (urls: readonly MediaUrl[], signal: AbortSignal) => Promise<ReadonlyMap<string, Media>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 32 random hexadecimal digits, unique among all answers. */
  readonly newId: () => string;
  /** A chat template by its name, the stack's own before those that are shipped; loaded when a target first asks for it. */
  readonly chatTemplate: (name: string) => Promise<LoadedTemplate>;
  /** From 0 to 1: spreads retries over time. */
  readonly random: () => number;
  /** Told of every try, where the function logs at `debug`. */
  readonly trace?: Trace;
}

/** Takes note that a target was asked for a request, how long it took in milliseconds, and how it failed, if it did. */
export type Trace = (
  entry: Pick<LogEntry, 'requestId'>,
  way: { readonly shown: string; readonly ignored: readonly string[] },
  outcome: { readonly failure: Failure | undefined; readonly ms: number },
) => void;

/** One line of the log. Never a key, never text of a prompt or an answer; a model only once the catalog knows it. */
export interface LogEntry {
  requestId: string;
  endpoint: string;
  method: string;
  status: number;
  latencyMs: number;
  /** A hash that tells callers apart. */
  caller?: string | undefined;
  /** The name that was asked for, or the pattern of the catalog that took it. */
  model?: string | undefined;
  /** What really answered. */
  target?: string | undefined;
  stream?: boolean | undefined;
  /** From the request's arrival to the first event out. */
  firstTokenMs?: number | undefined;
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  cacheReadTokens?: number | undefined;
  stopReason?: string | undefined;
  /** How often upstream was asked, retries and fallbacks counted. */
  attempts?: number | undefined;
  /** OpenAI's code of a refusal, or Bedrock's name of a failure. */
  error?: string | undefined;
  /** How a stream ended, when not with `[DONE]`. */
  ended?: string | undefined;
  /** Where an unexpected error came from: frames only, since messages may quote what callers sent. */
  stack?: string | undefined;
}

/** One request on its way through an endpoint. */
export interface Call {
  readonly request: HttpRequest;
  readonly invocation: Invocation;
  readonly services: Services;
  /** A parameter of the path, decoded. */
  readonly param: (name: string) => string;
  /** Who calls. Throws ApiError 401 or 403 before anything else is done for them. */
  readonly caller: () => Caller;
  /** Filled in on the way; written once the answer is over. */
  readonly entry: LogEntry;
  /** Puts the log line off until the returned function is called: a stream outlives its endpoint. */
  readonly logLater: () => () => void;
}

/** One route. Adding one is a file in this folder and a line in `index.ts`. */
export interface Endpoint {
  readonly method: 'GET' | 'POST';
  /** A pattern of the routing table (`http/router.ts`). */
  readonly path: string;
  /** Whose words errors have here: OpenAI's, or AWS's. */
  readonly errors?: 'openai' | 'aws';
  readonly run: (call: Call) => HttpResponse | Promise<HttpResponse>;
}
