import type { Failure } from '../../dialects/outcome.ts';

/** What a caller is told of a kind of failure. */
export interface Rendering {
  readonly status: number;
  readonly code: string | null;
  /** OpenAI's class of error; by the status when absent. */
  readonly type?: string;
  readonly param?: string;
  /** Our own words; upstream's message follows unless `quiet`. Absent: upstream's message alone. */
  readonly explanation?: string;
  /** For failures whose message is the transport's: it may name hosts and addresses, and helps no caller. */
  readonly quiet?: true;
  /** Seconds, when upstream names none and trying again is right. */
  readonly retryAfter?: string;
  /** OpenAI's SDKs try 408, 409, 429 and 5xx again, except where this header says `false`. */
  readonly noRetry?: true;
}

/** A kind of failure: all that a row names must hold. */
interface Row {
  readonly names?: readonly string[];
  readonly statuses?: readonly number[];
  readonly text?: RegExp;
  readonly told: Rendering;
}

// Texts of ValidationException for a prompt that does not fit, by the families that say them.
/** Matches the messages by which models refuse a prompt that is too long. */
export const tooLongPattern =
  /input is too long|input tokens exceed|exceed(?:s|ed)? (?:the )?(?:model's )?(?:maximum )?context|too many total text bytes|prompt is too long|maximum context length/i;

const notAKey =
  /authentication failed|api key|bearer token|security token|has expired|token.*(?:expired|invalid)|signature.*(?:match|expired)|credential should be scoped/i;

// Bedrock says it of ids that it does not have, mostly as a ValidationException.
/** Matches the messages by which Bedrock and servers refuse a model that they do not have. */
export const unknownModelPattern = new RegExp(
  'model identifier (?:is|was) (?:invalid|not)|model id(?:entifier)? .{0,300}(?:not found|invalid|not exist)' +
    '|resolve the foundation model|(?:unknown|invalid|no such) model(?: (?:id|identifier|name))?[ ]*(?:[\'"`:.,]|$)' +
    "|\\bmodel(?: (?:id|identifier|name))?(?: ['\"`]?[\\w.:/-]{1,256}['\"`]?)? (?:(?:does not|doesn['’]t) exist|(?:is |was |could )?not (?:be )?found)",
  'i',
);

/**
 * How long to wait when upstream does not say, in seconds. AWS's own clients begin at 1 s after throttling and at 50 ms after
 * 503; this gateway has by then tried again itself, so it asks for more. A model that is being loaded takes longer.
 */
const wait = { throttled: '2', overloaded: '1', loading: '10' } as const;

const invalidKey: Rendering = {
  status: 401,
  code: 'invalid_api_key',
  explanation:
    'Incorrect API key provided: Bedrock refused it. A key must be whole, not expired, and of the region that is called.',
};

const notAllowed: Rendering = {
  status: 403,
  code: 'permission_denied',
  explanation:
    'This API key may not call this model. Its identity needs access to the model, the permissions bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream for it, and bedrock:CallWithBearerToken.',
};

const useCaseForm: Rendering = {
  status: 403,
  code: 'permission_denied',
  explanation:
    "This account has not sent in the provider's use case form yet: do so once in the Bedrock console, on the model's page.",
};

const noSuchModel: Rendering = {
  status: 404,
  code: 'model_not_found',
  param: 'model',
  explanation: 'The model does not exist in this region, or you do not have access to it.',
};

/** Callers are told nothing about the stack's credential or its refusal; the log has it for whoever runs the stack. */
export const refusedCredential: Rendering = {
  status: 502,
  code: 'upstream_credential_refused',
  explanation:
    "The model's server refused what this gateway itself calls it with. Whoever runs the gateway can mend this.",
  quiet: true,
  noRetry: true,
};

/** Bedrock's own words say that it is a quota for the day. */
export const outForToday: Rendering = { status: 429, code: 'rate_limit_exceeded', noRetry: true };

/** Matches what servers say of a model that has the Responses API and no Chat Completions. */
export const onlyResponsesPattern =
  /only (?:supported|served|available) (?:in|by|on|with|through|via) (?:the )?['"`]?(?:responses api|(?:\/?openai)?\/?v1\/responses)/i;

/** OpenAI's words, with its null as the code; its status is 404, which clients take for a model that does not exist. */
export const onlyResponses: Rendering = {
  status: 400,
  code: null,
  param: 'model',
  explanation: 'This model is only supported in v1/responses and not in v1/chat/completions.',
  quiet: true,
};

/** The first row that fits tells. What Bedrock says by its texts comes before what it says by its names. */
const rows: readonly Row[] = [
  {
    names: ['ConnectionError'],
    told: { status: 502, code: 'bad_gateway', explanation: "The model's server could not be reached.", quiet: true },
  },
  {
    names: ['TruncatedStream'],
    told: { status: 502, code: 'bad_gateway', explanation: 'The answer broke off before its end.', quiet: true },
  },
  {
    names: ['MalformedReply'],
    told: {
      status: 502,
      code: 'bad_gateway',
      explanation: "The model's server answered in a form that it does not define.",
      quiet: true,
    },
  },
  {
    names: ['UnexpectedRedirect'],
    told: {
      status: 502,
      code: 'bad_gateway',
      explanation: "The model's server answered with a redirect, which is not followed.",
      quiet: true,
    },
  },
  { names: ['StackCredentialError'], told: refusedCredential },
  { names: ['UnsupportedRoute'], text: onlyResponsesPattern, told: onlyResponses },
  {
    names: ['UnsupportedRoute'],
    told: {
      status: 400,
      code: null,
      param: 'model',
      explanation:
        "Bedrock's own Chat Completions does not serve this model. A target of the stack's config that begins with `bedrock:` reaches it by Converse, as far as Converse has what is asked for. If the model has only the Responses API, use POST /v1/responses.",
    },
  },
  {
    names: ['UnsupportedResponses'],
    told: {
      status: 400,
      code: null,
      param: 'model',
      explanation:
        "Bedrock's own Responses API does not serve this model in this region. If Converse does, a target of the stack's config that begins with `bedrock:` reaches it there.",
    },
  },
  {
    names: ['TimeoutError', 'AbortError'],
    told: {
      status: 504,
      code: 'timeout',
      explanation: 'The model did not answer in time.',
      quiet: true,
      noRetry: true,
    },
  },
  {
    text: tooLongPattern,
    statuses: [400, 413, 424],
    told: {
      status: 400,
      code: 'context_length_exceeded',
      param: 'messages',
      explanation: "This model's maximum context length is exceeded.",
    },
  },
  // Whatever status it comes with.
  { text: unknownModelPattern, statuses: [400, 403, 404, 422, 424], told: noSuchModel },
  {
    names: ['UnrecognizedClientException', 'ExpiredTokenException', 'InvalidSignatureException', 'IncompleteSignature'],
    told: invalidKey,
  },
  {
    text: /not authorized to perform/i,
    statuses: [401, 403],
    told: notAllowed,
  },
  { text: notAKey, statuses: [401, 403], told: invalidKey },
  { statuses: [401], told: invalidKey },
  {
    text: /use case (?:details|form)/i,
    told: useCaseForm,
  },
  { names: ['FTUFormNotFilled'], told: useCaseForm },
  {
    names: ['AccessDeniedException'],
    told: notAllowed,
  },
  { statuses: [403], told: notAllowed },
  {
    text: /on-demand throughput/i,
    told: {
      status: 404,
      code: 'model_not_found',
      param: 'model',
      explanation:
        'This model can only be called through an inference profile: ask for the id of one, which is the model id with a prefix such as `us.`, `eu.` or `global.`.',
    },
  },
  {
    names: ['ResourceNotFoundException'],
    told: noSuchModel,
  },
  // A quota that is not about rate: waiting does not help.
  { names: ['ServiceQuotaExceededException'], told: { status: 429, code: 'insufficient_quota', noRetry: true } },
  {
    names: ['ModelNotReadyException'],
    told: {
      status: 503,
      code: 'model_not_ready',
      explanation: 'The model is being made ready.',
      retryAfter: wait.loading,
    },
  },
  {
    names: ['ThrottlingException', 'TooManyRequestsException'],
    told: { status: 429, code: 'rate_limit_exceeded', retryAfter: wait.throttled },
  },
  // The answer took too long upstream and is paid for already.
  {
    names: ['ModelTimeoutException'],
    told: { status: 504, code: 'timeout', explanation: 'The model did not answer in time.', noRetry: true },
  },
  {
    names: ['ModelErrorException', 'ModelStreamErrorException'],
    told: { status: 502, code: 'model_error', explanation: 'The model failed.' },
  },
  {
    names: ['ServiceUnavailableException'],
    told: { status: 503, code: 'server_is_overloaded', retryAfter: wait.overloaded },
  },
  { names: ['InternalServerException', 'InternalFailure'], told: { status: 500, code: 'server_error' } },
  { statuses: [404], told: { status: 404, code: 'not_found' } },
  { statuses: [408, 504], told: { status: 504, code: 'timeout', noRetry: true } },
  { statuses: [413], told: { status: 413, code: 'request_too_large' } },
  { statuses: [424], told: { status: 502, code: 'model_error' } },
  { statuses: [429], told: { status: 429, code: 'rate_limit_exceeded', retryAfter: wait.throttled } },
  { statuses: [503], told: { status: 503, code: 'server_is_overloaded', retryAfter: wait.overloaded } },
];

/** For names and statuses that AWS may add. */
const others = {
  request: { status: 400, code: null },
  server: { status: 502, code: 'bad_gateway' },
} as const satisfies Record<string, Rendering>;

/** Finds how a failure is told in OpenAI's error format: by the first row of the table that fits, else by its status. */
export function bedrockRendering(failure: Failure): Rendering {
  const row = rows.find((candidate) => fits(candidate, failure));
  return row?.told ?? (failure.status < 500 ? others.request : others.server);
}

function fits({ names, statuses, text }: Row, failure: Failure): boolean {
  return (
    (names === undefined || names.includes(failure.name)) &&
    (statuses === undefined || statuses.includes(failure.status)) &&
    (text === undefined || text.test(failure.message))
  );
}
