import type { OpenApiSchema, Overlay } from './extract/openapi.ts';
import { refTo, type JsonSchema } from './extract/json-schema.ts';

/**
 * Additions of this gateway to OpenAI's document, and corrections of it. Written by hand; `npm run schemas` merges them into the
 * document's components before it generates schemas and types.
 */
export const overlays: Readonly<Record<string, Overlay>> = {
  CreateChatCompletionRequest: {
    // Settings of Bedrock without an equivalent at OpenAI.
    bedrock: refTo('BedrockExtension'),
    // Only the prose of the document says it: OpenAI refuses values below 1, and so does Converse.
    max_tokens: { minimum: 1 },
    max_completion_tokens: { minimum: 1 },
    // Clients send null for fields that they do not use.
    functions: { nullable: true },
    function_call: { nullable: true },
    parallel_tool_calls: { nullable: true },
    response_format: { nullable: true },
    tool_choice: { nullable: true },
    tools: { nullable: true },
    user: { nullable: true },
  },
  CreateCompletionRequest: { user: { nullable: true } },
  CreateEmbeddingRequest: {
    // Only the prose of the document says it: an empty text cannot be embedded.
    input: {
      oneOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', minItems: 1, maxItems: 2048, items: { type: 'string', minLength: 1 } },
        { type: 'array', minItems: 1, maxItems: 2048, items: { type: 'integer' } },
        {
          type: 'array',
          minItems: 1,
          maxItems: 2048,
          items: { type: 'array', minItems: 1, items: { type: 'integer' } },
        },
      ],
    },
    dimensions: { nullable: true },
    encoding_format: { nullable: true },
    user: { nullable: true },
  },
  // The document lacks the answer for `encoding_format: base64`, which OpenAI's own SDKs request by default.
  Embedding: { embedding: { oneOf: [{ type: 'array', items: { type: 'number' } }, { type: 'string' }] } },
  ChatCompletionRequestAssistantMessage: {
    // A field of answers that clients send back with the whole message.
    reasoning_content: { type: 'string', nullable: true },
    tool_calls: { nullable: true },
  },
  ChatCompletionRequestToolMessage: {
    // OpenAI takes only text; models on Converse also take images from tools.
    content: {
      oneOf: [
        { type: 'string' },
        {
          type: 'array',
          minItems: 1,
          items: {
            oneOf: [
              refTo('ChatCompletionRequestMessageContentPartText'),
              refTo('ChatCompletionRequestMessageContentPartImage'),
            ],
          },
        },
      ],
    },
  },
  ChatCompletionResponseMessage: { reasoning_content: { type: 'string', nullable: true } },
  ChatCompletionStreamResponseDelta: { reasoning_content: { type: 'string', nullable: true } },
  // The document lacks custom tool calls in streams; OpenAI's own SDK reads them like this.
  ChatCompletionMessageToolCallChunk: {
    type: { enum: ['function', 'custom'] },
    custom: { type: 'object', properties: { name: { type: 'string' }, input: { type: 'string' } } },
  },
};

/**
 * Corrections for chunks of a completion, for which the document has only the schema of a whole completion: before the end they
 * have no finish reason, and with `include_usage` all but the last one have null as their usage.
 */
export const completionChunk: Overlay = {
  choices: { items: { properties: { finish_reason: { nullable: true } } } },
  usage: { nullable: true },
};

/** Shapes of the Bedrock service model in the field `bedrock`. */
export const extensionShapes = {
  guardrailConfig: 'GuardrailStreamConfiguration',
  performanceConfig: 'PerformanceConfiguration',
  promptVariables: 'PromptVariableMap',
  requestMetadata: 'RequestMetadata',
} as const;

/** Fields of `bedrock` that the service model leaves open. */
export const extensionFields: Readonly<Record<string, JsonSchema>> = {
  additionalModelRequestFields: { type: 'object', additionalProperties: true },
};

const keyName: OpenApiSchema = { type: 'string', minLength: 1, maxLength: 256 };

/** What a key may be allowed in a request: `admin` is what admin keys have, and nobody can ask for it. */
const keyScopes: OpenApiSchema = {
  type: 'array',
  maxItems: 16,
  items: { type: 'string', enum: ['inference', 'models.read', 'keys.manage', 'usage.read'] },
};

/** A year, which OpenAI's document has for admin keys. */
const yearSeconds = 31_536_000;

/** Without a limit of OpenAI's, a hundred years: far enough, and a time that every client can read. */
const lifetime: OpenApiSchema = { type: 'integer', minimum: 1, maximum: 100 * yearSeconds };

/** Seconds since the epoch, until the end of the year 9999. */
const futureTime: OpenApiSchema = { type: 'integer', minimum: 1, maximum: 253_402_300_799 };

const pageSize: OpenApiSchema = { minimum: 1, maximum: 100 };

/** Cents of USD. In 10⁻⁹ USD, in which spending is counted, the largest amount is still an exact number. */
const amount: OpenApiSchema = { maximum: 900_000_000 };

/** A limit of a rate; the largest stands for none, as in OpenAI's own answers. */
const rate: OpenApiSchema = { type: 'integer', minimum: 0, maximum: 2_147_483_647 };

/** Seconds since the epoch, until the end of the year 9999. */
const time: OpenApiSchema = { type: 'integer', minimum: 0, maximum: 253_402_300_799 };

/** How a new key ends; at most one of the two may be set. */
const expiry: Overlay = {
  expires_in_seconds: { ...lifetime, nullable: true },
  expires_at: { ...futureTime, nullable: true },
};

const shownExpiry: Overlay = { expires_at: { type: 'integer', nullable: true } };

/** The models of a project's permissions: 52 kB of the longest names, where an item of the key table has room for 400 kB. */
const modelIds: OpenApiSchema = {
  type: 'array',
  maxItems: 200,
  items: { type: 'string', minLength: 1, maxLength: 256 },
};

/** What the audit log says of changes of spend limits and alerts; one that is gone has no amount. */
const changesOfSpending: Overlay = {
  spend_limit: { type: 'object', properties: { threshold_amount: { type: 'integer' } } },
  spend_alert: {
    type: 'object',
    properties: { id: { type: 'string' }, threshold_amount: { type: 'integer' } },
  },
};

/** What the audit log says of changes of a project for which the document has no words. */
const changesOfProject: Overlay = {
  ...changesOfSpending,
  model_permissions: {
    type: 'object',
    properties: { mode: { type: 'string' }, model_ids: { type: 'array', items: { type: 'string' } } },
  },
};

/** Additions to OpenAI's administration API: bounds that its document lacks, and fields that its own clients send and read. */
export const organizationOverlays: Readonly<Record<string, Overlay>> = {
  ProjectListQuery: { limit: pageSize },
  ProjectCreateRequest: { name: keyName },
  ProjectUpdateRequest: { name: { anyOf: [keyName, { type: 'null' }] } },
  ServiceAccountListQuery: { limit: pageSize },
  ProjectServiceAccountCreateRequest: { name: keyName, scopes: keyScopes, ...expiry },
  UpdateProjectServiceAccountBody: { name: keyName },
  CreateProjectServiceAccountApiKeyBody: { name: keyName, scopes: keyScopes, ...expiry },
  ApiKeyListQuery: { limit: pageSize },
  AdminKeyListQuery: { limit: pageSize },
  AdminKeyCreateRequest: {
    name: keyName,
    expires_in_seconds: { nullable: true },
    expires_at: expiry['expires_at'] ?? {},
  },
  ProjectModelPermissionsUpdateRequest: { model_ids: modelIds },
  RateLimitListQuery: { limit: pageSize },
  ProjectRateLimitUpdateRequest: {
    max_requests_per_1_minute: rate,
    max_tokens_per_1_minute: rate,
    max_requests_per_1_day: rate,
  },
  AuditLogListQuery: { limit: pageSize },
  AuditLog: {
    'project.updated': { properties: { changes_requested: { properties: changesOfProject } } },
    'organization.updated': { properties: { changes_requested: { properties: changesOfSpending } } },
  },
  UsageCompletionsQuery: { start_time: time, end_time: time },
  UsageEmbeddingsQuery: { start_time: time, end_time: time },
  CostsQuery: { start_time: time, end_time: time },
  // Reports of what is served: of chats and completions, of embeddings, and of costs.
  UsageTimeBucket: {
    results: {
      items: { oneOf: [refTo('UsageCompletionsResult'), refTo('UsageEmbeddingsResult'), refTo('CostsResult')] },
    },
  },
  UpdateProjectSpendLimitBody: { threshold_amount: amount },
  CreateSpendAlertBody: { threshold_amount: amount },
  SpendAlertNotificationChannel: {
    // With 50 alerts of so many, the item in DynamoDB stays below 400 KB.
    recipients: { minItems: 1, maxItems: 20, items: { type: 'string', minLength: 3, maxLength: 320 } },
    // SNS takes subjects of fewer than 100 characters.
    subject_prefix: { anyOf: [{ type: 'string', maxLength: 40 }, { type: 'null' }] },
  },
  ProjectApiKey: { scopes: keyScopes, ...shownExpiry },
  ProjectServiceAccountApiKey: shownExpiry,
  ServiceAccountApiKeyBody: shownExpiry,
};

/** Requests and replies of this gateway's own, beside OpenAI's administration API. */
export const organizationComponents: Readonly<Record<string, OpenApiSchema>> = {
  NoFields: { type: 'object', properties: {} },
  ApiKeyUpdateRequest: { type: 'object', properties: { scopes: keyScopes, expires_in_seconds: lifetime } },
  ApiKeyRotateRequest: {
    type: 'object',
    properties: { grace_seconds: { type: 'integer', minimum: 0, maximum: 86_400 } },
  },
  ApiKeyRotateReply: {
    allOf: [
      { $ref: '#/components/schemas/ProjectApiKey' },
      { type: 'object', required: ['value'], properties: { value: { type: 'string' } } },
    ],
  },
  Whoami: {
    type: 'object',
    required: [
      'object',
      'id',
      'method',
      'project_id',
      'scopes',
      'models',
      'model_permissions',
      'rate_limits',
      'caller_rate_limit',
      'spend_limit',
      'expires_at',
    ],
    properties: {
      object: { type: 'string', enum: ['whoami'] },
      id: { type: 'string' },
      method: { type: 'string', enum: ['registered', 'bedrock-key', 'gateway-key', 'jwt'] },
      project_id: { type: 'string', nullable: true },
      scopes: { type: 'array', items: { type: 'string' } },
      models: { type: 'array', items: { type: 'string' }, nullable: true },
      model_permissions: {
        type: 'object',
        nullable: true,
        required: ['mode', 'model_ids'],
        properties: {
          mode: { type: 'string', enum: ['allow_list', 'deny_list'] },
          model_ids: { type: 'array', items: { type: 'string' }, nullable: true },
        },
      },
      rate_limits: {
        type: 'array',
        items: {
          type: 'object',
          required: ['model', 'max_requests_per_1_minute', 'max_tokens_per_1_minute', 'max_requests_per_1_day'],
          properties: {
            model: { type: 'string' },
            max_requests_per_1_minute: { type: 'integer' },
            max_tokens_per_1_minute: { type: 'integer' },
            max_requests_per_1_day: { type: 'integer' },
          },
        },
      },
      caller_rate_limit: {
        type: 'object',
        nullable: true,
        required: ['max_requests_per_1_minute', 'max_tokens_per_1_minute', 'max_requests_per_1_day'],
        properties: {
          max_requests_per_1_minute: { type: 'integer' },
          max_tokens_per_1_minute: { type: 'integer' },
          max_requests_per_1_day: { type: 'integer' },
        },
      },
      spend_limit: {
        type: 'object',
        nullable: true,
        required: ['threshold_amount', 'currency', 'interval'],
        properties: {
          threshold_amount: { type: 'integer' },
          currency: { type: 'string', enum: ['USD'] },
          interval: { type: 'string', enum: ['month'] },
        },
      },
      expires_at: { type: 'integer', nullable: true },
    },
  },
  ReconcileRequest: { type: 'object', properties: { after: { type: 'string', minLength: 1 } } },
  ReconcileReply: {
    type: 'object',
    required: ['object', 'checked', 'repaired', 'failed', 'finished', 'next'],
    properties: {
      object: { type: 'string', enum: ['organization.reconcile'] },
      checked: { type: 'integer' },
      repaired: { type: 'integer' },
      failed: { type: 'integer' },
      finished: { type: 'boolean' },
      next: { type: 'string', nullable: true },
    },
  },
};

/** Additions to the requests and answers of files and uploads, and corrections of them. */
export const storageOverlays: Readonly<Record<string, Overlay>> = {
  // Only the prose of the document says it.
  FileListQuery: { limit: { minimum: 1, maximum: 10_000 } },
  // The document has the purpose in requests alone.
  OpenAIFile: {
    purpose: {
      enum: [
        'assistants',
        'assistants_output',
        'batch',
        'batch_output',
        'fine-tune',
        'fine-tune-results',
        'vision',
        'user_data',
        'evals',
      ],
    },
  },
  // An upload may be for what a file may be for.
  CreateUploadRequest: {
    bytes: { minimum: 1 },
    purpose: { enum: ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] },
  },
  CompleteUploadRequest: { part_ids: { maxItems: 10_000 } },
  Upload: {
    file: { oneOf: [refTo('OpenAIFile')], nullable: true },
    // Of this gateway's own: what the whole can be sent with, in one request to S3.
    presigned_put: {
      type: 'object',
      required: ['method', 'url', 'headers', 'expires_at'],
      properties: {
        method: { type: 'string', enum: ['PUT'] },
        url: { type: 'string' },
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        expires_at: { type: 'integer' },
      },
    },
  },
};

/** Corrections for what is asked of stored answers. */
export const storedOverlays: Readonly<Record<string, Overlay>> = {
  // Only the prose of the document says it.
  ResponseItemsQuery: { limit: { minimum: 1, maximum: 100 } },
  ConversationItemsQuery: { limit: { minimum: 1, maximum: 100 } },
  ChatListQuery: { limit: { minimum: 1, maximum: 100 } },
  ChatMessagesQuery: { limit: { minimum: 1, maximum: 100 } },
  // The examples of the document list messages of all roles.
  ChatCompletionResponseMessage: {
    role: { enum: ['developer', 'system', 'user', 'assistant', 'tool', 'function'] },
    reasoning_content: { type: 'string', nullable: true },
  },
};

const nullableText: OpenApiSchema = { type: 'string', nullable: true };

/** Additions to requests of the Responses API: what its clients send beside the document's own words, and settings of Bedrock. */
export const responsesRequestOverlays: Readonly<Record<string, Overlay>> = {
  CreateResponse: {
    // Settings of Bedrock without an equivalent at OpenAI.
    bedrock: refTo('BedrockExtension'),
    // The pipeline knows no request without a model; any name may be mapped.
    model: { type: 'string' },
    // OpenAI's least is 16; models of Bedrock take fewer.
    max_output_tokens: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
    // Clients send null for fields that they do not use.
    text: { nullable: true },
    tools: { nullable: true },
    tool_choice: { nullable: true },
    top_logprobs: { nullable: true },
    user: { nullable: true },
    // What newer clients ask for beside the answer is left out and named.
    include: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] },
    conversation: { anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }, { type: 'null' }] },
    prompt: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] },
    moderation: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] },
    prompt_cache_options: { nullable: true },
    context_management: { anyOf: [{ type: 'array', items: { type: 'object' } }, { type: 'null' }] },
  },
  TokenCountsBody: {
    model: { anyOf: [{ type: 'string' }] },
    conversation: { anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }, { type: 'null' }] },
    personality: { nullable: true },
    truncation: { nullable: true },
  },
  FunctionTool: { allowed_callers: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] } },
  FunctionToolParam: { parameters: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] } },
  InputFileContent: {
    file_data: { nullable: true },
    file_url: { nullable: true },
    filename: { nullable: true },
    detail: { nullable: true },
    prompt_cache_breakpoint: { nullable: true },
  },
  InputImageContent: { detail: { nullable: true }, prompt_cache_breakpoint: { nullable: true } },
  InputTextContent: { prompt_cache_breakpoint: { nullable: true } },
  FunctionToolCall: {
    id: nullableText,
    // OpenAI has more than is looked at here.
    caller: { type: 'object', nullable: true },
    namespace: nullableText,
    status: nullableText,
  },
  FunctionCallOutputItemParam: {
    // The ID of a call may carry reasoning, as in Chat Completions.
    call_id: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    output: { oneOf: [{ type: 'string' }, { type: 'array', items: refTo('FunctionAndCustomToolCallOutput') }] },
    name: { anyOf: [nullableText] },
    namespace: { anyOf: [nullableText] },
    caller: { type: 'object', nullable: true },
    status: nullableText,
  },
  CustomToolCall: {
    id: nullableText,
    caller: { type: 'object', nullable: true },
    namespace: nullableText,
    status: nullableText,
  },
  CustomToolCallOutput: { id: nullableText, caller: { type: 'object', nullable: true } },
  ReasoningItem: {
    id: nullableText,
    summary: { type: 'array', items: { type: 'object', additionalProperties: true }, nullable: true },
    content: { type: 'array', items: { type: 'object', additionalProperties: true }, nullable: true },
    status: nullableText,
  },
  OutputTextContent: {
    annotations: { items: { type: 'object', additionalProperties: true } },
    logprobs: { items: { type: 'object', additionalProperties: true } },
  },
};

const openObjects: OpenApiSchema = { type: 'array', items: { type: 'object', additionalProperties: true } };

/** Corrections of answers of the Responses API: what is echoed as it came is not looked into, and what is never written is left out. */
export const responsesReplyOverlays: Readonly<Record<string, Overlay>> = {
  Response: {
    model: { type: 'string' },
    instructions: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    conversation: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] },
    moderation: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] },
    prompt: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] },
    store: { type: 'boolean' },
    usage: { nullable: true },
    user: { nullable: true },
  },
  FunctionToolParam: { parameters: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] } },
  FunctionTool: { allowed_callers: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] } },
  OutputTextContent: { annotations: openObjects, logprobs: openObjects },
  ResponseTextDeltaEvent: { logprobs: openObjects },
  ResponseTextDoneEvent: { logprobs: openObjects },
};
