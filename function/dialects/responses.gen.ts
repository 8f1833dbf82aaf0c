// Written by `npm run schemas`; changes made here are lost.

import type { JsonObject, JsonValue } from './json.ts';

export type Annotation = FileCitationBody | UrlCitationBody | ContainerFileCitationBody | FilePath;

export interface ApplyPatchToolParam {
  type: 'apply_patch';
}

export type CallableToolAllowedCaller = 'direct' | 'programmatic';

export interface CodeInterpreterTool {
  type: 'code_interpreter';
}

export interface ComputerTool {
  type: 'computer';
}

export interface ComputerUsePreviewTool {
  type: 'computer_use_preview';
}

export interface ContainerFileCitationBody {
  container_id: string;
  end_index: number;
  file_id: string;
  filename: string;
  start_index: number;
  type: 'container_file_citation';
}

export interface CustomGrammarFormatParam {
  definition: string;
  syntax: GrammarSyntax1;
  type: 'grammar';
}

export interface CustomTextFormatParam {
  type: 'text';
}

export interface CustomToolCall {
  call_id: string;
  caller?: DirectToolCallCaller | ProgramToolCallCaller | null;
  id?: string;
  input: string;
  name: string;
  namespace?: string;
  type: 'custom_tool_call';
}

export interface CustomToolParam {
  allowed_callers?: CallableToolAllowedCaller[] | null;
  defer_loading?: boolean;
  description?: string;
  format?: CustomTextFormatParam | CustomGrammarFormatParam;
  name: string;
  type: 'custom';
}

export interface DirectToolCallCaller {
  type: 'direct';
}

export type EmptyModelParam = { [key: string]: JsonValue };

export interface FileCitationBody {
  file_id: string;
  filename: string;
  index: number;
  type: 'file_citation';
}

export type FileInputDetail = 'auto' | 'low' | 'high';

export interface FilePath {
  file_id: string;
  index: number;
  type: 'file_path';
}

export interface FileSearchTool {
  type: 'file_search';
}

export type FunctionCallStatus = 'in_progress' | 'completed' | 'incomplete';

export interface FunctionShellToolParam {
  type: 'shell';
}

export interface FunctionTool {
  allowed_callers?: string[] | null;
  defer_loading?: boolean;
  description?: string | null;
  name: string;
  output_schema?: { [key: string]: JsonValue } | null;
  parameters: { [key: string]: JsonValue } | null;
  strict: boolean | null;
  type: 'function';
}

export interface FunctionToolCall {
  arguments: string;
  call_id: string;
  caller?: DirectToolCallCaller | ProgramToolCallCaller | null;
  id?: string;
  name: string;
  namespace?: string;
  status?: 'in_progress' | 'completed' | 'incomplete';
  type: 'function_call';
}

export interface FunctionToolParam {
  allowed_callers?: CallableToolAllowedCaller[] | null;
  defer_loading?: boolean;
  description?: string | null;
  name: string;
  output_schema?: { [key: string]: JsonValue } | null;
  parameters?: JsonObject | null;
  strict?: boolean | null;
  type: 'function';
}

export type GrammarSyntax1 = 'lark' | 'regex';

export type ImageDetail = 'low' | 'high' | 'auto' | 'original';

export interface ImageGenTool {
  type: 'image_generation';
}

export interface InputFileContent {
  detail?: FileInputDetail;
  file_data?: string;
  file_id?: string | null;
  file_url?: string;
  filename?: string;
  prompt_cache_breakpoint?: PromptCacheBreakpointConfig;
  type: 'input_file';
}

export interface InputImageContent {
  detail: ImageDetail;
  file_id?: string | null;
  image_url?: string | null;
  prompt_cache_breakpoint?: PromptCacheBreakpointConfig;
  type: 'input_image';
}

export interface InputTextContent {
  prompt_cache_breakpoint?: PromptCacheBreakpointConfig;
  text: string;
  type: 'input_text';
}

export interface LocalShellToolParam {
  type: 'local_shell';
}

export interface LogProb {
  bytes: number[];
  logprob: number;
  token: string;
  top_logprobs: TopLogProb[];
}

export interface MCPTool {
  type: 'mcp';
}

export type Metadata = { [key: string]: string } | null;

export type ModelIdsResponses = string;

export interface NamespaceToolParam {
  description: string;
  name: string;
  tools: (FunctionToolParam | CustomToolParam)[];
  type: 'namespace';
}

export type OutputContent = OutputTextContent | RefusalContent | ReasoningTextContent;

export type OutputItem = OutputMessage | ReasoningItem | FunctionToolCall | CustomToolCall | ToolSearchCall;

export interface OutputMessage {
  content: OutputMessageContent[];
  id: string;
  phase?: 'commentary' | 'final_answer' | null;
  role: 'assistant';
  status: 'in_progress' | 'completed' | 'incomplete';
  type: 'message';
}

export type OutputMessageContent = OutputTextContent | RefusalContent;

export interface OutputTextContent {
  annotations: Annotation[];
  logprobs: LogProb[];
  text: string;
  type: 'output_text';
}

export interface ProgramToolCallCaller {
  caller_id: string;
  type: 'program';
}

export interface ProgrammaticToolCallingParam {
  type: 'programmatic_tool_calling';
}

export type Prompt = {
  id: string;
  variables?: ResponsePromptVariables;
  version?: string | null;
} | null;

export interface PromptCacheBreakpointConfig {
  mode: 'explicit';
}

export type PromptCacheModeEnum = 'implicit' | 'explicit';

export interface PromptCacheOptions {
  mode: PromptCacheModeEnum;
  ttl: PromptCacheTTLEnum;
}

export type PromptCacheTTLEnum = '30m';

export interface Reasoning {
  context?: 'auto' | 'current_turn' | 'all_turns' | null;
  effort?: ReasoningEffort;
  generate_summary?: 'auto' | 'concise' | 'detailed' | null;
  mode?: ReasoningModeEnum;
  summary?: 'auto' | 'concise' | 'detailed' | null;
}

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null;

export interface ReasoningItem {
  content?: ReasoningTextContent[];
  encrypted_content?: string | null;
  id: string;
  status?: 'in_progress' | 'completed' | 'incomplete';
  summary: SummaryTextContent[];
  type: 'reasoning';
}

export type ReasoningModeEnum = string;

export interface ReasoningTextContent {
  text: string;
  type: 'reasoning_text';
}

export interface RefusalContent {
  refusal: string;
  type: 'refusal';
}

export interface ResponseCompletedEvent {
  response: ResponsesReply;
  sequence_number: number;
  type: 'response.completed';
}

export interface ResponseContentPartAddedEvent {
  content_index: number;
  item_id: string;
  output_index: number;
  part: OutputContent;
  sequence_number: number;
  type: 'response.content_part.added';
}

export interface ResponseContentPartDoneEvent {
  content_index: number;
  item_id: string;
  output_index: number;
  part: OutputContent;
  sequence_number: number;
  type: 'response.content_part.done';
}

export interface ResponseCreatedEvent {
  response: ResponsesReply;
  sequence_number: number;
  type: 'response.created';
}

export interface ResponseCustomToolCallInputDeltaEvent {
  delta: string;
  item_id: string;
  output_index: number;
  sequence_number: number;
  type: 'response.custom_tool_call_input.delta';
}

export interface ResponseCustomToolCallInputDoneEvent {
  input: string;
  item_id: string;
  output_index: number;
  sequence_number: number;
  type: 'response.custom_tool_call_input.done';
}

export type ResponseError = {
  code: ResponseErrorCode;
  message: string;
} | null;

export type ResponseErrorCode = 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt' | 'data_residency_mismatch' | 'bio_policy' | 'vector_store_timeout' | 'invalid_image' | 'invalid_image_format' | 'invalid_base64_image' | 'invalid_image_url' | 'image_too_large' | 'image_too_small' | 'image_parse_error' | 'image_content_policy_violation' | 'invalid_image_mode' | 'image_file_too_large' | 'unsupported_image_media_type' | 'empty_image_file' | 'failed_to_download_image' | 'image_file_not_found';

export interface ResponseErrorEvent {
  code: string | null;
  message: string;
  param: string | null;
  sequence_number: number;
  type: 'error';
}

export interface ResponseFailedEvent {
  response: ResponsesReply;
  sequence_number: number;
  type: 'response.failed';
}

export interface ResponseFormatJsonObject {
  type: 'json_object';
}

export type ResponseFormatJsonSchemaSchema = JsonObject;

export interface ResponseFormatText {
  type: 'text';
}

export interface ResponseFunctionCallArgumentsDeltaEvent {
  delta: string;
  item_id: string;
  output_index: number;
  sequence_number: number;
  type: 'response.function_call_arguments.delta';
}

export interface ResponseFunctionCallArgumentsDoneEvent {
  arguments: string;
  item_id: string;
  name: string;
  output_index: number;
  sequence_number: number;
  type: 'response.function_call_arguments.done';
}

export interface ResponseInProgressEvent {
  response: ResponsesReply;
  sequence_number: number;
  type: 'response.in_progress';
}

export interface ResponseIncompleteEvent {
  response: ResponsesReply;
  sequence_number: number;
  type: 'response.incomplete';
}

export interface ResponseLogProb {
  logprob: number;
  token: string;
  top_logprobs?: {
    logprob?: number;
    token?: string;
  }[];
}

export interface ResponseOutputItemAddedEvent {
  item: OutputItem;
  output_index: number;
  sequence_number: number;
  type: 'response.output_item.added';
}

export interface ResponseOutputItemDoneEvent {
  item: OutputItem;
  output_index: number;
  sequence_number: number;
  type: 'response.output_item.done';
}

export type ResponsePromptVariables = { [key: string]: string | InputTextContent | InputImageContent | InputFileContent } | null;

export interface ResponseReasoningSummaryPartAddedEvent {
  item_id: string;
  output_index: number;
  part: {
    text: string;
    type: 'summary_text';
  };
  sequence_number: number;
  summary_index: number;
  type: 'response.reasoning_summary_part.added';
}

export interface ResponseReasoningSummaryPartDoneEvent {
  item_id: string;
  output_index: number;
  part: {
    text: string;
    type: 'summary_text';
  };
  sequence_number: number;
  status?: 'incomplete';
  summary_index: number;
  type: 'response.reasoning_summary_part.done';
}

export interface ResponseReasoningSummaryTextDeltaEvent {
  delta: string;
  item_id: string;
  output_index: number;
  sequence_number: number;
  summary_index: number;
  type: 'response.reasoning_summary_text.delta';
}

export interface ResponseReasoningSummaryTextDoneEvent {
  item_id: string;
  output_index: number;
  sequence_number: number;
  summary_index: number;
  text: string;
  type: 'response.reasoning_summary_text.done';
}

export interface ResponseTextDeltaEvent {
  content_index: number;
  delta: string;
  item_id: string;
  logprobs: ResponseLogProb[];
  output_index: number;
  sequence_number: number;
  type: 'response.output_text.delta';
}

export interface ResponseTextDoneEvent {
  content_index: number;
  item_id: string;
  logprobs: ResponseLogProb[];
  output_index: number;
  sequence_number: number;
  text: string;
  type: 'response.output_text.done';
}

export interface ResponseTextParam {
  format?: TextResponseFormatConfiguration;
  verbosity?: Verbosity;
}

export interface ResponseUsage {
  input_tokens: number;
  input_tokens_details: {
    cache_write_tokens: number;
    cached_tokens: number;
  };
  output_tokens: number;
  output_tokens_details: {
    reasoning_tokens: number;
  };
  total_tokens: number;
}

export type ResponsesEvent = ResponseCreatedEvent | ResponseInProgressEvent | ResponseOutputItemAddedEvent | ResponseContentPartAddedEvent | ResponseTextDeltaEvent | ResponseTextDoneEvent | ResponseContentPartDoneEvent | ResponseReasoningSummaryPartAddedEvent | ResponseReasoningSummaryTextDeltaEvent | ResponseReasoningSummaryTextDoneEvent | ResponseReasoningSummaryPartDoneEvent | ResponseFunctionCallArgumentsDeltaEvent | ResponseFunctionCallArgumentsDoneEvent | ResponseCustomToolCallInputDeltaEvent | ResponseCustomToolCallInputDoneEvent | ResponseOutputItemDoneEvent | ResponseCompletedEvent | ResponseIncompleteEvent | ResponseFailedEvent | ResponseErrorEvent;

export interface ResponsesReply {
  background: boolean | null;
  completed_at: number | null;
  conversation?: JsonObject | null;
  created_at: number;
  error: ResponseError;
  frequency_penalty: number;
  id: string;
  incomplete_details: {
    reason?: 'max_output_tokens' | 'content_filter';
  } | null;
  instructions: string | null;
  max_output_tokens: number | null;
  max_tool_calls: number | null;
  metadata: Metadata;
  model: ModelIdsResponses;
  moderation?: JsonObject | null;
  object: 'response';
  output: OutputItem[];
  output_text?: string | null;
  parallel_tool_calls: boolean;
  presence_penalty: number;
  previous_response_id: string | null;
  prompt?: Prompt;
  prompt_cache_key: string | null;
  prompt_cache_options?: PromptCacheOptions;
  prompt_cache_retention?: 'in_memory' | '24h' | null;
  reasoning: Reasoning | null;
  safety_identifier: string | null;
  service_tier: ServiceTierResponses;
  status: 'completed' | 'failed' | 'in_progress' | 'cancelled' | 'queued' | 'incomplete';
  store: boolean;
  temperature: number | null;
  text: ResponseTextParam;
  tool_choice: ToolChoiceParam;
  tools: ToolsArray;
  top_logprobs: number | null;
  top_p: number | null;
  truncation: 'auto' | 'disabled' | null;
  usage: ResponseUsage | null;
  user?: string | null;
}

export type ServiceTierResponses = 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast' | 'ultrafast' | null;

export interface SpecificApplyPatchParam {
  type: 'apply_patch';
}

export interface SpecificFunctionShellParam {
  type: 'shell';
}

export interface SpecificProgrammaticToolCallingParam {
  type: 'programmatic_tool_calling';
}

export interface SummaryTextContent {
  text: string;
  type: 'summary_text';
}

export type TextResponseFormatConfiguration = ResponseFormatText | TextResponseFormatJsonSchema | ResponseFormatJsonObject;

export interface TextResponseFormatJsonSchema {
  description?: string;
  name: string;
  schema: ResponseFormatJsonSchemaSchema;
  strict?: boolean | null;
  type: 'json_schema';
}

export type Tool = FunctionTool | FileSearchTool | ComputerTool | ComputerUsePreviewTool | WebSearchToolWebSearch | WebSearchToolWebSearch20250826 | MCPTool | CodeInterpreterTool | ProgrammaticToolCallingParam | ImageGenTool | LocalShellToolParam | FunctionShellToolParam | CustomToolParam | NamespaceToolParam | ToolSearchToolParam | WebSearchPreviewToolWebSearchPreview | WebSearchPreviewToolWebSearchPreview20250311 | ApplyPatchToolParam;

export interface ToolChoiceAllowed {
  mode: 'auto' | 'required';
  tools: JsonObject[];
  type: 'allowed_tools';
}

export interface ToolChoiceCustom {
  name: string;
  type: 'custom';
}

export interface ToolChoiceFunction {
  name: string;
  type: 'function';
}

export interface ToolChoiceMCP {
  type: 'mcp';
}

export type ToolChoiceParam = 'none' | 'auto' | 'required' | ToolChoiceAllowed | ToolChoiceTypesFileSearch | ToolChoiceTypesWebSearchPreview | ToolChoiceTypesComputer | ToolChoiceTypesComputerUsePreview | ToolChoiceTypesComputerUse | ToolChoiceTypesWebSearchPreview20250311 | ToolChoiceTypesImageGeneration | ToolChoiceTypesCodeInterpreter | ToolChoiceFunction | ToolChoiceMCP | ToolChoiceCustom | SpecificProgrammaticToolCallingParam | SpecificApplyPatchParam | SpecificFunctionShellParam;

export interface ToolChoiceTypesCodeInterpreter {
  type: 'code_interpreter';
}

export interface ToolChoiceTypesComputer {
  type: 'computer';
}

export interface ToolChoiceTypesComputerUse {
  type: 'computer_use';
}

export interface ToolChoiceTypesComputerUsePreview {
  type: 'computer_use_preview';
}

export interface ToolChoiceTypesFileSearch {
  type: 'file_search';
}

export interface ToolChoiceTypesImageGeneration {
  type: 'image_generation';
}

export interface ToolChoiceTypesWebSearchPreview {
  type: 'web_search_preview';
}

export interface ToolChoiceTypesWebSearchPreview20250311 {
  type: 'web_search_preview_2025_03_11';
}

export interface ToolSearchCall {
  arguments: JsonValue;
  call_id: string | null;
  created_by?: string;
  execution: ToolSearchExecutionType;
  id: string;
  status: FunctionCallStatus;
  type: 'tool_search_call';
}

export type ToolSearchExecutionType = 'server' | 'client';

export interface ToolSearchToolParam {
  description?: string | null;
  execution?: ToolSearchExecutionType;
  parameters?: EmptyModelParam | null;
  type: 'tool_search';
}

export type ToolsArray = Tool[];

export interface TopLogProb {
  bytes: number[];
  logprob: number;
  token: string;
}

export interface UrlCitationBody {
  end_index: number;
  start_index: number;
  title: string;
  type: 'url_citation';
  url: string;
}

export type Verbosity = 'low' | 'medium' | 'high' | null;

export interface WebSearchPreviewToolWebSearchPreview {
  type: 'web_search_preview';
}

export interface WebSearchPreviewToolWebSearchPreview20250311 {
  type: 'web_search_preview_2025_03_11';
}

export interface WebSearchToolWebSearch {
  type: 'web_search';
}

export interface WebSearchToolWebSearch20250826 {
  type: 'web_search_2025_08_26';
}
