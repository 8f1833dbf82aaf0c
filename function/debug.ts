import { AsyncLocalStorage } from 'node:async_hooks';
import type { Failure } from './dialects/outcome.ts';
import type { Transport, WireRequest } from './backends/wire/transport.ts';
import type { LogEntry, Trace } from './request-context.ts';
import { decoded } from './http/body.ts';
import type { HttpRequest } from './http-values.ts';
import type { App } from './invocation.ts';

/** What the log has of a request at `debug`, beside its line. Names that are known in advance, numbers and ids: no text of a caller. */
interface Details {
  /** Fields of the request that the gateway knows. */
  readonly parameters: readonly string[];
  /** Fields of the request that the target asked last does not honour. */
  ignored?: readonly string[];
  /** Every target that was asked, in order, retries and failovers included. */
  readonly tries: { target: string; ms: number; failure?: string; status?: number }[];
  /** Every HTTP call that was made for the request. */
  readonly upstream: { service: string; host: string; ms: number; status?: number; id?: string; failure?: string }[];
}

/** What a function at `debug` is wrapped in. */
export interface Debug {
  readonly trace: Trace;
  readonly transport: (inner: Transport) => Transport;
  readonly app: (inner: App) => App;
  /** Writes the details of a request whose answer is over. */
  readonly done: (entry: LogEntry) => void;
}

/**
 * Fields of the requests that the gateway knows: of OpenAI's chats, completions and embeddings, of Converse, of Claude's and the
 * embedding models' own bodies. Any other name is the caller's text.
 */
export const knownFields: ReadonlySet<string> = new Set(
  `additionalModelRequestFields additionalModelResponseFieldPaths anthropic_beta anthropic_version audio bedrock best_of dimensions echo
  embedding_types embeddingConfig encoding_format frequency_penalty function_call functions guardrailConfig images inferenceConfig input
  input_type inputImage inputText inputs logit_bias logprobs max_completion_tokens max_tokens messages metadata modalities model
  moderation n normalize outputConfig parallel_tool_calls performanceConfig prediction presence_penalty prompt prompt_cache_key
  prompt_cache_options prompt_cache_retention promptVariables reasoning_effort requestMetadata response_format safety_identifier schemaVersion
  seed service_tier serviceTier singleEmbeddingParams stop stop_sequences store stream stream_options suffix system taskType
  temperature texts thinking tool_choice toolConfig tools top_k top_logprobs top_p truncate user verbosity web_search_options`.split(
    /\s+/,
  ),
);

/** Where upstreams put the id of an answer: AWS, then OpenAI-compatible servers. */
const requestIdHeaders = ['x-amzn-requestid', 'x-request-id'];
const requestIdPattern = /^[\w.:-]{1,128}$/;
const namePattern = /^\w{1,64}$/;

/** Collects details of requests, and writes them as each ends. Loaded by functions at `debug` alone. */
export function createDebug({ now, log }: { now: () => number; log: (fields: object) => void }): Debug {
  const running = new Map<string, Details>();
  const current = new AsyncLocalStorage<Details>();
  return {
    trace({ requestId }, { label, ignored }, { failure, ms }) {
      const details = running.get(requestId);
      if (details === undefined) return;
      details.ignored = known(ignored);
      details.tries.push({ target: label, ms, ...(failure && { ...named(failure), status: failure.status }) });
    },
    transport: (inner) => ({
      ...inner,
      async send(request) {
        const began = now();
        const sent = await inner.send(request);
        const place = { ...toldOf(request), ms: now() - began };
        current
          .getStore()
          ?.upstream.push(
            sent.ok
              ? { ...place, status: sent.value.statusCode ?? 0, ...idOf(sent.value.headers) }
              : { ...place, ...named(sent.failure) },
          );
        return sent;
      },
    }),
    app: (inner) => (request, invocation) => {
      const details: Details = { parameters: fieldsOf(request.body), tries: [], upstream: [] };
      running.set(invocation.requestId, details);
      return current.run(details, () => inner(request, invocation));
    },
    done({ requestId, model }) {
      const details = running.get(requestId);
      running.delete(requestId);
      if (details !== undefined) log({ requestId, model, ...details });
    },
  };
}

/** The fields of a JSON body that the gateway knows; what is no JSON has none, and is refused elsewhere. */
function fieldsOf(body: HttpRequest['body']): readonly string[] {
  try {
    const value: unknown = JSON.parse(body === undefined ? '{}' : decoded(body));
    return typeof value === 'object' && value !== null ? known(Object.keys(value)) : [];
  } catch {
    return [];
  }
}

function known(names: readonly string[]): string[] {
  return names.filter((name) => knownFields.has(name));
}

function toldOf({ service, host }: WireRequest): { service: string; host: string } {
  return { service, host: host.hostname };
}

function idOf(headers: Readonly<Record<string, string | string[] | undefined>>): { id?: string } {
  const id = requestIdHeaders.map((name) => headers[name]).find((value) => value !== undefined);
  return typeof id === 'string' && requestIdPattern.test(id) ? { id } : {};
}

/** A failure by its name, which upstream may have chosen. */
function named({ name }: Failure): { failure: string } {
  return { failure: namePattern.test(name) ? name : 'other' };
}
