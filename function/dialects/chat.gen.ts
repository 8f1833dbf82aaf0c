// Written by `npm run schemas`; changes made here are lost.

import type { JsonObject } from './json.ts';

export interface BedrockExtension {
  additionalModelRequestFields?: JsonObject;
  guardrailConfig?: GuardrailStreamConfiguration;
  performanceConfig?: PerformanceConfiguration;
  promptVariables?: { [key: string]: PromptVariableValues };
  requestMetadata?: { [key: string]: string };
}

export interface ChatChunk {
  choices: {
    delta: ChatCompletionStreamResponseDelta;
    finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call' | null;
    index: number;
    logprobs?: {
      content: ChatCompletionTokenLogprob[] | null;
      refusal: ChatCompletionTokenLogprob[] | null;
    } | null;
  }[];
  created: number;
  id: string;
  model: string;
  moderation?: ChatCompletionModeration | null;
  obfuscation?: string;
  object: 'chat.completion.chunk';
  service_tier?: ServiceTier;
  system_fingerprint?: string;
  usage?: CompletionUsage | null;
}

export interface ChatCompletionAllowedTools {
  mode: 'auto' | 'required';
  tools: JsonObject[];
}

export interface ChatCompletionAllowedToolsChoice {
  allowed_tools: ChatCompletionAllowedTools;
  type: 'allowed_tools';
}

export interface ChatCompletionFunctionCallOption {
  name: string;
}

export interface ChatCompletionFunctions {
  description?: string;
  name: string;
  parameters?: FunctionParameters;
}

export interface ChatCompletionMessageCustomToolCall {
  custom: {
    input: string;
    name: string;
  };
  id: string;
  type: 'custom';
}

export interface ChatCompletionMessageToolCall {
  function: {
    arguments: string;
    name: string;
  };
  id: string;
  type: 'function';
}

export interface ChatCompletionMessageToolCallChunk {
  custom?: {
    input?: string;
    name?: string;
  };
  function?: {
    arguments?: string;
    name?: string;
  };
  id?: string;
  index: number;
  type?: 'function' | 'custom';
}

export type ChatCompletionMessageToolCalls = (ChatCompletionMessageToolCall | ChatCompletionMessageCustomToolCall)[];

export interface ChatCompletionModeration {
  input: ChatCompletionModerationResults | ChatCompletionModerationError;
  output: ChatCompletionModerationResults | ChatCompletionModerationError;
}

export interface ChatCompletionModerationError {
  code: string;
  message: string;
  type: 'error';
}

export interface ChatCompletionModerationResults {
  model: string;
  results: ModerationResultBody[];
  type: 'moderation_results';
}

export interface ChatCompletionNamedToolChoice {
  function: {
    name: string;
  };
  type: 'function';
}

export interface ChatCompletionNamedToolChoiceCustom {
  custom: {
    name: string;
  };
  type: 'custom';
}

export interface ChatCompletionRequestAssistantMessage {
  audio?: {
    id: string;
  } | null;
  content?: string | ChatCompletionRequestAssistantMessageContentPart[] | null;
  function_call?: {
    arguments: string;
    name: string;
  } | null;
  name?: string;
  reasoning_content?: string | null;
  refusal?: string | null;
  role: 'assistant';
  tool_calls?: ChatCompletionMessageToolCalls | null;
}

export type ChatCompletionRequestAssistantMessageContentPart = ChatCompletionRequestMessageContentPartText | ChatCompletionRequestMessageContentPartRefusal;

export interface ChatCompletionRequestDeveloperMessage {
  content: string | ChatCompletionRequestMessageContentPartText[];
  name?: string;
  role: 'developer';
}

export interface ChatCompletionRequestFunctionMessage {
  content: string | null;
  name: string;
  role: 'function';
}

export type ChatCompletionRequestMessage = ChatCompletionRequestDeveloperMessage | ChatCompletionRequestSystemMessage | ChatCompletionRequestUserMessage | ChatCompletionRequestAssistantMessage | ChatCompletionRequestToolMessage | ChatCompletionRequestFunctionMessage;

export interface ChatCompletionRequestMessageContentPartAudio {
  input_audio: {
    data: string;
    format: 'wav' | 'mp3';
  };
  prompt_cache_breakpoint?: PromptCacheBreakpointParam;
  type: 'input_audio';
}

export interface ChatCompletionRequestMessageContentPartFile {
  file: {
    file_data?: string;
    file_id?: string;
    filename?: string;
  };
  prompt_cache_breakpoint?: PromptCacheBreakpointParam;
  type: 'file';
}

export interface ChatCompletionRequestMessageContentPartImage {
  image_url: {
    detail?: 'auto' | 'low' | 'high';
    url: string;
  };
  prompt_cache_breakpoint?: PromptCacheBreakpointParam;
  type: 'image_url';
}

export interface ChatCompletionRequestMessageContentPartRefusal {
  refusal: string;
  type: 'refusal';
}

export interface ChatCompletionRequestMessageContentPartText {
  prompt_cache_breakpoint?: PromptCacheBreakpointParam;
  text: string;
  type: 'text';
}

export interface ChatCompletionRequestSystemMessage {
  content: string | ChatCompletionRequestSystemMessageContentPart[];
  name?: string;
  role: 'system';
}

export type ChatCompletionRequestSystemMessageContentPart = ChatCompletionRequestMessageContentPartText;

export interface ChatCompletionRequestToolMessage {
  content: string | (ChatCompletionRequestMessageContentPartText | ChatCompletionRequestMessageContentPartImage)[];
  role: 'tool';
  tool_call_id: string;
}

export interface ChatCompletionRequestUserMessage {
  content: string | ChatCompletionRequestUserMessageContentPart[];
  name?: string;
  role: 'user';
}

export type ChatCompletionRequestUserMessageContentPart = ChatCompletionRequestMessageContentPartText | ChatCompletionRequestMessageContentPartImage | ChatCompletionRequestMessageContentPartAudio | ChatCompletionRequestMessageContentPartFile;

export interface ChatCompletionResponseMessage {
  annotations?: {
    type: 'url_citation';
    url_citation: {
      end_index: number;
      start_index: number;
      title: string;
      url: string;
    };
  }[];
  audio?: {
    data: string;
    expires_at: number;
    id: string;
    transcript: string;
  } | null;
  content: string | null;
  function_call?: {
    arguments: string;
    name: string;
  };
  reasoning_content?: string | null;
  refusal: string | null;
  role: 'assistant';
  tool_calls?: ChatCompletionMessageToolCalls;
}

export type ChatCompletionStreamOptions = {
  include_obfuscation?: boolean;
  include_usage?: boolean;
} | null;

export interface ChatCompletionStreamResponseDelta {
  content?: string | null;
  function_call?: {
    arguments?: string;
    name?: string;
  };
  reasoning_content?: string | null;
  refusal?: string | null;
  role?: 'developer' | 'system' | 'user' | 'assistant' | 'tool';
  tool_calls?: ChatCompletionMessageToolCallChunk[];
}

export interface ChatCompletionTokenLogprob {
  bytes: number[] | null;
  logprob: number;
  token: string;
  top_logprobs: {
    bytes: number[] | null;
    logprob: number;
    token: string;
  }[];
}

export interface ChatCompletionTool {
  function: FunctionObject;
  type: 'function';
}

export type ChatCompletionToolChoiceOption = 'none' | 'auto' | 'required' | ChatCompletionAllowedToolsChoice | ChatCompletionNamedToolChoice | ChatCompletionNamedToolChoiceCustom;

export interface ChatReply {
  choices: {
    finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';
    index: number;
    logprobs: {
      content: ChatCompletionTokenLogprob[] | null;
      refusal: ChatCompletionTokenLogprob[] | null;
    } | null;
    message: ChatCompletionResponseMessage;
  }[];
  created: number;
  id: string;
  metadata?: Metadata;
  model: string;
  moderation?: ChatCompletionModeration | null;
  object: 'chat.completion';
  service_tier?: ServiceTier;
  system_fingerprint?: string;
  usage?: CompletionUsage;
}

export interface ChatRequest {
  audio?: {
    format: 'wav' | 'aac' | 'mp3' | 'flac' | 'opus' | 'pcm16';
    voice: VoiceIdsOrCustomVoice;
  } | null;
  bedrock?: BedrockExtension;
  frequency_penalty?: number | null;
  function_call?: 'none' | 'auto' | ChatCompletionFunctionCallOption | null;
  functions?: ChatCompletionFunctions[] | null;
  logit_bias?: { [key: string]: number } | null;
  logprobs?: boolean | null;
  max_completion_tokens?: number | null;
  max_tokens?: number | null;
  messages: ChatCompletionRequestMessage[];
  metadata?: Metadata;
  modalities?: ResponseModalities;
  model: ModelIdsShared;
  moderation?: ModerationParam | null;
  n?: number | null;
  parallel_tool_calls?: ParallelToolCalls | null;
  prediction?: PredictionContent | null;
  presence_penalty?: number | null;
  prompt_cache_key?: string | null;
  prompt_cache_options?: PromptCacheOptionsParam;
  prompt_cache_retention?: 'in_memory' | '24h' | null;
  reasoning_effort?: ReasoningEffort;
  response_format?: ResponseFormatText | ResponseFormatJsonSchema | ResponseFormatJsonObject | null;
  safety_identifier?: string | null;
  seed?: number | null;
  service_tier?: ServiceTier;
  stop?: StopConfiguration;
  store?: boolean | null;
  stream?: boolean | null;
  stream_options?: ChatCompletionStreamOptions;
  temperature?: number | null;
  tool_choice?: ChatCompletionToolChoiceOption | null;
  tools?: (ChatCompletionTool | CustomToolChatCompletions)[] | null;
  top_logprobs?: number | null;
  top_p?: number | null;
  user?: string | null;
  verbosity?: Verbosity;
  web_search_options?: {
    search_context_size?: WebSearchContextSize;
    user_location?: {
      approximate: WebSearchLocation;
      type: 'approximate';
    } | null;
  };
}

export interface CompletionUsage {
  completion_tokens: number;
  completion_tokens_details?: {
    accepted_prediction_tokens?: number;
    audio_tokens?: number;
    reasoning_tokens?: number;
    rejected_prediction_tokens?: number;
    text_tokens?: number;
  };
  prompt_tokens: number;
  prompt_tokens_details?: {
    audio_tokens?: number;
    cache_write_tokens?: number;
    cached_tokens?: number;
    image_tokens?: number;
    text_tokens?: number;
  };
  total_tokens: number;
}

export interface CustomToolChatCompletions {
  custom: {
    description?: string;
    format?: {
      type: 'text';
    } | {
      grammar: {
        definition: string;
        syntax: 'lark' | 'regex';
      };
      type: 'grammar';
    };
    name: string;
  };
  type: 'custom';
}

export interface ErrorBody {
  code: string | null;
  message: string;
  param: string | null;
  type: string;
}

export interface ErrorReply {
  error: ErrorBody;
}

export interface FunctionObject {
  description?: string;
  name: string;
  parameters?: FunctionParameters;
  strict?: boolean | null;
}

export type FunctionParameters = JsonObject;

export interface GuardrailStreamConfiguration {
  guardrailIdentifier?: string;
  guardrailVersion?: string;
  streamProcessingMode?: GuardrailStreamProcessingMode;
  trace?: GuardrailTrace;
}

export type GuardrailStreamProcessingMode = 'sync' | 'async';

export type GuardrailTrace = 'enabled' | 'disabled' | 'enabled_full';

export type Metadata = { [key: string]: string } | null;

export interface ModelEntry {
  created: number;
  id: string;
  object: 'model';
  owned_by: string;
  shutdown_date?: string | null;
}

export type ModelIdsShared = string;

export interface ModelList {
  data: ModelEntry[];
  object: 'list';
}

export interface ModerationConfigParam {
  mode: ModerationMode;
}

export type ModerationInputType = 'text' | 'image';

export type ModerationMode = 'score' | 'block';

export interface ModerationParam {
  model: string;
  policy?: ModerationPolicyParam | null;
}

export interface ModerationPolicyParam {
  input?: ModerationConfigParam | null;
  output?: ModerationConfigParam | null;
}

export interface ModerationResultBody {
  categories: { [key: string]: boolean };
  category_applied_input_types: { [key: string]: ModerationInputType[] };
  category_scores: { [key: string]: number };
  flagged: boolean;
  model: string;
  type: 'moderation_result';
}

export type ParallelToolCalls = boolean;

export type PerformanceConfigLatency = 'standard' | 'optimized';

export interface PerformanceConfiguration {
  latency?: PerformanceConfigLatency;
}

export interface PredictionContent {
  content: string | ChatCompletionRequestMessageContentPartText[];
  type: 'content';
}

export interface PromptCacheBreakpointParam {
  mode: 'explicit';
}

export type PromptCacheModeEnum = 'implicit' | 'explicit';

export interface PromptCacheOptionsParam {
  mode?: PromptCacheModeEnum;
  ttl?: PromptCacheTTLEnum;
}

export type PromptCacheTTLEnum = '30m';

export interface PromptVariableValues {
  text: string;
}

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null;

export interface ResponseFormatJsonObject {
  type: 'json_object';
}

export interface ResponseFormatJsonSchema {
  json_schema: {
    description?: string;
    name: string;
    schema?: ResponseFormatJsonSchemaSchema;
    strict?: boolean | null;
  };
  type: 'json_schema';
}

export type ResponseFormatJsonSchemaSchema = JsonObject;

export interface ResponseFormatText {
  type: 'text';
}

export type ResponseModalities = ('text' | 'audio')[] | null;

export type ServiceTier = 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast' | null;

export type StopConfiguration = string | null | string[];

export type Verbosity = 'low' | 'medium' | 'high' | null;

export type VoiceIdsOrCustomVoice = string | {
  id: string;
};

export type WebSearchContextSize = 'low' | 'medium' | 'high';

export interface WebSearchLocation {
  city?: string;
  country?: string;
  region?: string;
  timezone?: string;
}
