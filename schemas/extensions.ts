import type { Overlay } from './extract/openapi.ts';
import { refTo, type JsonSchema } from './extract/json-schema.ts';

/**
 * What this gateway's Chat Completions has beyond OpenAI's document. Written by hand; `npm run schemas` lays it over the
 * document's components before the schemas and types are made.
 */
export const overlays: Readonly<Record<string, Overlay>> = {
  CreateChatCompletionRequest: {
    // What OpenAI has no word for.
    bedrock: refTo('BedrockExtension'),
    // The document leaves it to the prose: OpenAI refuses less than 1, and so does Converse.
    max_tokens: { minimum: 1 },
    max_completion_tokens: { minimum: 1 },
    // Clients write down what they do not use: null means the same as absence.
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
    // The document leaves it to the prose: an empty text cannot be embedded.
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
  // The document forgets what `encoding_format: base64` answers with, which OpenAI's own SDKs ask for by default.
  Embedding: { embedding: { oneOf: [{ type: 'array', items: { type: 'number' } }, { type: 'string' }] } },
  ChatCompletionRequestAssistantMessage: {
    // The same member that replies carry, sent back by clients that keep whole messages.
    reasoning_content: { type: 'string', nullable: true },
    tool_calls: { nullable: true },
  },
  ChatCompletionRequestToolMessage: {
    // OpenAI takes text alone; models behind Converse look at what a tool shows them.
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
  // The document knows custom tool calls in replies but forgets them in streams; OpenAI's own SDK reads them so.
  ChatCompletionMessageToolCallChunk: {
    type: { enum: ['function', 'custom'] },
    custom: { type: 'object', properties: { name: { type: 'string' }, input: { type: 'string' } } },
  },
};

/**
 * The document gives the chunks of a completion the schema of the whole one; before the end they have no reason yet, and
 * where `include_usage` is set all but the last have null for the usage.
 */
export const completionChunk: Overlay = {
  choices: { items: { properties: { finish_reason: { nullable: true } } } },
  usage: { nullable: true },
};

/** Shapes of the Bedrock service model that the member `bedrock` is made of. */
export const extensionShapes = {
  guardrailConfig: 'GuardrailStreamConfiguration',
  performanceConfig: 'PerformanceConfiguration',
  promptVariables: 'PromptVariableMap',
  requestMetadata: 'RequestMetadata',
} as const;

/** Members of `bedrock` that the service model leaves open. */
export const extensionMembers: Readonly<Record<string, JsonSchema>> = {
  additionalModelRequestFields: { type: 'object', additionalProperties: true },
};
