import type { Overlay } from './extract/openapi.ts';
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
