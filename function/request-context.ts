import type { Authenticator } from './auth/authenticate.ts';
import type { Caller } from './auth/caller.ts';
import type { Proofs } from './auth/proofs.ts';
import type { Backend } from './backends/backend.ts';
import type { Bedrock } from './backends/bedrock/bedrock.ts';
import type { Directory } from './backends/bedrock/directory.ts';
import type { Catalog, BackendFactsByName } from './catalog/catalog.ts';
import type { Config } from './config.ts';
import type { Failure } from './dialects/outcome.ts';
import type { MediaUrl } from './http/media.ts';
import type { HttpRequest } from './http-values.ts';
import type { App, Invocation } from './invocation.ts';
import type { KeyDirectory } from './keys/directory.ts';
import type { UsageReports } from './metering/reports.ts';
import type { IssuerMetadata } from './mcp/issuer-metadata.ts';
import type { Progress } from './pipeline/failover.ts';
import type { Meter } from './pipeline/meter.ts';
import type { Storage } from './storage/storage.ts';
import type { Prompting } from './translate/chat/to-completions/request.ts';
import type { Media } from './translate/translation.ts';

/** What requests are served with. services.ts builds the real ones; tests hand over their own. */
export interface Services {
  readonly config: Config;
  readonly catalog: Catalog;
  /** Tried in order; the first that knows a token says who calls. */
  readonly authenticators: readonly Authenticator[];
  /** Projects, service accounts and keys of the stack; absent where the function does not serve the administration API. */
  readonly keys?: KeyDirectory;
  /** Counts the requests of callers with limits or a project; absent where the stack has neither. */
  readonly meter?: Meter;
  /** What projects have used and spent; absent where the function does not serve the administration API. */
  readonly usage?: UsageReports;
  /** Files of callers, loaded with the first request that needs them; absent where the stack stores none. */
  readonly storage?: () => Promise<Storage>;
  /** The metadata of the issuer that MCP clients get tokens from, loaded with the first request for it; absent for a stack without MCP. */
  readonly issuerMetadata?: IssuerMetadata;
  /** What has to be known of every backend before it is asked. */
  readonly backendFacts: BackendFactsByName;
  /** The backend that a target names. */
  readonly backend: (name: string) => Backend;
  /** Bedrock's own API beside its models: the lists of its control plane, and operations that pass through. */
  readonly bedrock: Pick<Bedrock, 'listing' | 'operate'>;
  readonly directory: Directory;
  /** Callers' own keys that Bedrock has answered lately. */
  readonly proofs: Proofs;
  readonly fetchMedia: (urls: readonly MediaUrl[], signal: AbortSignal) => Promise<ReadonlyMap<string, Media>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 32 random hexadecimal digits, unique among all answers. */
  readonly newId: () => string;
  /** A chat template by its name, the stack's own before the shipped ones; loaded when a target first needs it. */
  readonly chatTemplate: (name: string) => Promise<Prompting>;
  /** From 0 to 1: spreads retries over time. */
  readonly random: () => number;
  /** Told of every attempt, where the function logs at `debug`. */
  readonly trace?: Trace;
}

/** Takes note that a target was asked: for which request, how it failed if it did, and how long it took in milliseconds. */
export type Trace = (
  entry: Pick<LogEntry, 'requestId'>,
  call: { readonly label: string; readonly ignored: readonly string[] },
  outcome: { readonly failure: Failure | undefined; readonly ms: number },
) => void;

/**
 * Why a target answered, or was the last one asked:
 * - `primary`: the target that the name stands for.
 * - `region`: the quota of the target's region was used up, so another region was asked.
 * - `fallback`: the targets before it failed.
 * - `converse`: Bedrock's own Chat Completions did not serve the request.
 * - `without-strict`: the model refused to compile strict schemas.
 * - `without-reasoning`: the model refused the reasoning of earlier answers.
 */
export type Reason = 'primary' | 'region' | 'fallback' | 'converse' | 'without-strict' | 'without-reasoning';

/** One line of the log. Never a key, never text of a prompt or an answer; a model only once the catalog knows it. */
export interface LogEntry {
  requestId: string;
  /** The route's path pattern; `unknown` where none fits. */
  endpoint: string;
  method: string;
  status: number;
  latencyMs: number;
  /** A hash or a configured id that tells callers apart. */
  caller?: string | undefined;
  /** The requested name, or the pattern of the catalog that matched it. */
  model?: string | undefined;
  /** The target that answered, or the last one that failed. */
  target?: string | undefined;
  /** The backend of that target. */
  backend?: string | undefined;
  /** Why that target was asked. */
  reason?: Reason | undefined;
  /** The failure of the target that was asked first, where another one was asked after it. */
  firstFailure?: string | undefined;
  stream?: boolean | undefined;
  /** From the request's arrival to the first event out. */
  firstTokenMs?: number | undefined;
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  cacheReadTokens?: number | undefined;
  cacheWriteTokens?: number | undefined;
  /** Upstream's own word for why the answer ended. */
  stopReason?: string | undefined;
  /** Why the answer ended, as OpenAI's finish reason: `stop`, `length`, `tool_calls` or `content_filter`. */
  finishReason?: string | undefined;
  /** How often upstream was asked, retries and fallbacks included. */
  attempts?: number | undefined;
  /** OpenAI's code of a refusal, or Bedrock's name of a failure. */
  error?: string | undefined;
  /** The HTTP status, error name and request id of upstream's own refusal, where a call failed. */
  upstreamStatus?: number | undefined;
  upstreamError?: string | undefined;
  upstreamRequestId?: string | undefined;
  /** How a stream ended, when not with `[DONE]`. */
  ended?: string | undefined;
  /** Where an unexpected error came from: frames only, since messages may quote what callers sent. */
  stack?: string | undefined;
}

/** What is known of a request beside its line of the log. Metrics are made of both. */
export interface Unlogged {
  /** Who calls; absent for a request without an accepted key. */
  caller?: Caller;
  /** The key of the catalog that the name of the model leads to; the name itself for one of Bedrock's own ids. */
  model?: string;
  /** What became of a model request, once its answer is over. */
  progress?: Progress;
}

/**
 * Writes the metrics of a request whose answer is over, as fields of a JSON object without its braces: empty for a request that has none.
 * `isLogged` says whether they stand in the request's line of the log, which has some of their values.
 */
export type Measure = (entry: LogEntry, unlogged: Unlogged, isLogged: boolean) => string;

/** One request on its way to an endpoint. */
export interface RequestContext {
  readonly request: HttpRequest;
  readonly invocation: Invocation;
  readonly services: Services;
  /** The value of a parameter of the path, decoded; empty for a name that the endpoint's pattern does not have. */
  readonly param: (name: string) => string;
  /** Who calls. */
  readonly caller: Caller;
  /** The request's line of the log, written once the answer is over. */
  readonly entry: LogEntry;
  readonly unlogged: Unlogged;
  /** The whole app, for an endpoint whose answer is made of other endpoints' answers. */
  readonly app: App;
}
