// Written by `npm run schemas`; changes made here are lost.

import type { JsonObject, JsonValue } from './json.ts';

export interface AdditionalToolsItemParam {
  id?: string | null;
  role?: 'developer';
  tools: Tool[];
  type: 'additional_tools';
}

export type Annotation = FileCitationBody | UrlCitationBody | ContainerFileCitationBody | FilePath;

export interface ApplyPatchToolCallItemParam {
  type: 'apply_patch_call';
}

export interface ApplyPatchToolCallOutputItemParam {
  type: 'apply_patch_call_output';
}

export interface ApplyPatchToolParam {
  type: 'apply_patch';
}

export interface BedrockExtension {
  additionalModelRequestFields?: JsonObject;
  guardrailConfig?: GuardrailStreamConfiguration;
  performanceConfig?: PerformanceConfiguration;
  promptVariables?: { [key: string]: PromptVariableValues };
  requestMetadata?: { [key: string]: string };
}

export type CallableToolAllowedCaller = 'direct' | 'programmatic';

export interface CodeInterpreterTool {
  type: 'code_interpreter';
}

export interface CodeInterpreterToolCall {
  type: 'code_interpreter_call';
}

export interface CompactionSummaryItemParam {
  type: 'compaction';
}

export interface CompactionTriggerItemParam {
  type: 'compaction_trigger';
}

export interface ComputerCallOutputItemParam {
  type: 'computer_call_output';
}

export interface ComputerTool {
  type: 'computer';
}

export interface ComputerToolCall {
  type: 'computer_call';
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
  id?: string | null;
  input: string;
  name: string;
  namespace?: string | null;
  status?: string | null;
  type: 'custom_tool_call';
}

export interface CustomToolCallOutput {
  call_id: string;
  caller?: DirectToolCallCallerParam | ProgramToolCallCallerParam | null;
  id?: string | null;
  output: string | FunctionAndCustomToolCallOutput[];
  type: 'custom_tool_call_output';
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

export interface DirectToolCallCallerParam {
  type: 'direct';
}

export interface EarlierTextContent {
  annotations?: Annotation[];
  logprobs?: LogProb[];
  text: string;
  type: 'output_text';
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

export interface FileSearchToolCall {
  type: 'file_search_call';
}

export type FunctionAndCustomToolCallOutput = InputTextContent | InputImageContent | InputFileContent;

export interface FunctionCallOutputItemParam {
  call_id?: string | null;
  caller?: DirectToolCallCallerParam | ProgramToolCallCallerParam | null;
  id?: string | null;
  name?: string | null;
  namespace?: string | null;
  output: string | FunctionAndCustomToolCallOutput[];
  status?: 'in_progress' | 'completed' | 'incomplete' | null;
  type: 'function_call_output';
}

export interface FunctionShellCallItemParam {
  type: 'shell_call';
}

export interface FunctionShellCallOutputItemParam {
  type: 'shell_call_output';
}

export interface FunctionShellToolParam {
  type: 'shell';
}

export interface FunctionTool {
  allowed_callers?: string[] | null;
  defer_loading?: boolean;
  description?: string | null;
  name: string;
  output_schema?: { [key: string]: JsonValue } | null;
  parameters?: { [key: string]: JsonValue } | null;
  strict?: boolean | null;
  type: 'function';
}

export interface FunctionToolCall {
  arguments: string;
  call_id: string;
  caller?: DirectToolCallCaller | ProgramToolCallCaller | null;
  id?: string | null;
  name: string;
  namespace?: string | null;
  status?: 'in_progress' | 'completed' | 'incomplete' | null;
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

export interface GuardrailStreamConfiguration {
  guardrailIdentifier?: string;
  guardrailVersion?: string;
  streamProcessingMode?: GuardrailStreamProcessingMode;
  trace?: GuardrailTrace;
}

export type GuardrailStreamProcessingMode = 'sync' | 'async';

export type GuardrailTrace = 'enabled' | 'disabled' | 'enabled_full';

export type ImageDetail = 'low' | 'high' | 'auto' | 'original';

export interface ImageGenTool {
  type: 'image_generation';
}

export interface ImageGenToolCall {
  type: 'image_generation_call';
}

export interface InputFileContent {
  detail?: FileInputDetail | null;
  file_data?: string | null;
  file_id?: string | null;
  file_url?: string | null;
  filename?: string | null;
  prompt_cache_breakpoint?: PromptCacheBreakpointConfig | null;
  type: 'input_file';
}

export interface InputImageContent {
  detail?: ImageDetail | null;
  file_id?: string | null;
  image_url?: string | null;
  prompt_cache_breakpoint?: PromptCacheBreakpointConfig | null;
  type: 'input_image';
}

export type InputItem = ResponsesMessage | FileSearchToolCall | ComputerToolCall | ComputerCallOutputItemParam | WebSearchToolCall | FunctionToolCall | FunctionCallOutputItemParam | ToolSearchCallItemParam | ToolSearchOutputItemParam | AdditionalToolsItemParam | ReasoningItem | CompactionSummaryItemParam | ImageGenToolCall | CodeInterpreterToolCall | LocalShellToolCall | LocalShellToolCallOutput | FunctionShellCallItemParam | FunctionShellCallOutputItemParam | ApplyPatchToolCallItemParam | ApplyPatchToolCallOutputItemParam | MCPListTools | MCPApprovalRequest | MCPApprovalResponse | MCPToolCall | CustomToolCallOutput | CustomToolCall | CompactionTriggerItemParam | ItemReferenceParam | ProgramItemParam | ProgramOutputItemParam;

export type InputParam = string | InputItem[];

export interface InputTextContent {
  prompt_cache_breakpoint?: PromptCacheBreakpointConfig | null;
  text: string;
  type: 'input_text';
}

export interface InputTokensRequest {
  conversation?: string | JsonObject | null;
  input?: string | InputItem[] | null;
  instructions?: string | null;
  model: string;
  parallel_tool_calls?: boolean | null;
  personality?: PersonalityEnum | null;
  previous_response_id?: string | null;
  reasoning?: Reasoning | null;
  text?: ResponseTextParam | null;
  tool_choice?: 'none' | 'auto' | 'required' | ToolChoiceAllowed | ToolChoiceTypesFileSearch | ToolChoiceTypesWebSearchPreview | ToolChoiceTypesComputer | ToolChoiceTypesComputerUsePreview | ToolChoiceTypesComputerUse | ToolChoiceTypesWebSearchPreview20250311 | ToolChoiceTypesImageGeneration | ToolChoiceTypesCodeInterpreter | ToolChoiceFunction | ToolChoiceMCP | ToolChoiceCustom | SpecificProgrammaticToolCallingParam | SpecificApplyPatchParam | SpecificFunctionShellParam | null;
  tools?: Tool[] | null;
  truncation?: TruncationEnum | null;
}

export interface ItemReferenceParam {
  id: string;
  type: 'item_reference';
}

export interface LocalShellToolCall {
  type: 'local_shell_call';
}

export interface LocalShellToolCallOutput {
  type: 'local_shell_call_output';
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

export interface MCPApprovalRequest {
  type: 'mcp_approval_request';
}

export interface MCPApprovalResponse {
  type: 'mcp_approval_response';
}

export interface MCPListTools {
  type: 'mcp_list_tools';
}

export interface MCPTool {
  type: 'mcp';
}

export interface MCPToolCall {
  type: 'mcp_call';
}

export type Metadata = { [key: string]: string } | null;

export type ModelIdsResponses = string;

export interface NamespaceToolParam {
  description?: string;
  name: string;
  tools: (FunctionToolParam | CustomToolParam)[];
  type: 'namespace';
}

export type PerformanceConfigLatency = 'standard' | 'optimized';

export interface PerformanceConfiguration {
  latency?: PerformanceConfigLatency;
}

export type PersonalityEnum = string;

export interface ProgramItemParam {
  type: 'program';
}

export interface ProgramOutputItemParam {
  type: 'program_output';
}

export interface ProgramToolCallCaller {
  caller_id: string;
  type: 'program';
}

export interface ProgramToolCallCallerParam {
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

export interface PromptCacheOptionsParam {
  mode?: PromptCacheModeEnum;
  ttl?: PromptCacheTTLEnum;
}

export type PromptCacheTTLEnum = '30m';

export interface PromptVariableValues {
  text: string;
}

export interface Reasoning {
  context?: 'auto' | 'current_turn' | 'all_turns' | null;
  effort?: ReasoningEffort;
  generate_summary?: 'auto' | 'concise' | 'detailed' | null;
  mode?: ReasoningModeEnum;
  summary?: 'auto' | 'concise' | 'detailed' | null;
}

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null;

export interface ReasoningItem {
  content?: ReasoningTextContent[] | null;
  encrypted_content?: string | null;
  id?: string | null;
  status?: 'in_progress' | 'completed' | 'incomplete' | null;
  summary?: SummaryTextContent[] | null;
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

export interface ResponseFormatJsonObject {
  type: 'json_object';
}

export type ResponseFormatJsonSchemaSchema = JsonObject;

export interface ResponseFormatText {
  type: 'text';
}

export type ResponsePromptVariables = { [key: string]: string | InputTextContent | InputImageContent | InputFileContent } | null;

export type ResponseStreamOptions = {
  include_obfuscation?: boolean;
} | null;

export interface ResponseTextParam {
  format?: TextResponseFormatConfiguration;
  verbosity?: Verbosity;
}

export interface ResponsesMessage {
  content: string | ResponsesMessagePart[];
  id?: string | null;
  phase?: 'commentary' | 'final_answer' | null;
  role: 'user' | 'assistant' | 'system' | 'developer';
  status?: string | null;
  type: 'message';
}

export type ResponsesMessagePart = InputTextContent | InputImageContent | InputFileContent | EarlierTextContent | RefusalContent;

export interface ResponsesRequest {
  background?: boolean | null;
  bedrock?: BedrockExtension;
  context_management?: JsonObject[] | null;
  conversation?: string | JsonObject | null;
  include?: string[] | null;
  input: InputParam;
  instructions?: string | null;
  max_output_tokens?: number | null;
  max_tool_calls?: number | null;
  metadata?: Metadata;
  model: ModelIdsResponses;
  moderation?: JsonObject | null;
  parallel_tool_calls?: boolean | null;
  previous_response_id?: string | null;
  prompt?: Prompt;
  prompt_cache_key?: string | null;
  prompt_cache_options?: PromptCacheOptionsParam | null;
  prompt_cache_retention?: 'in_memory' | '24h' | null;
  reasoning?: Reasoning | null;
  safety_identifier?: string | null;
  service_tier?: ServiceTierResponses;
  store?: boolean | null;
  stream?: boolean | null;
  stream_options?: ResponseStreamOptions;
  temperature?: number | null;
  text?: ResponseTextParam | null;
  tool_choice?: ToolChoiceParam | null;
  tools?: ToolsArray | null;
  top_logprobs?: number | null;
  top_p?: number | null;
  truncation?: 'auto' | 'disabled' | null;
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

export interface ToolSearchCallItemParam {
  arguments: EmptyModelParam;
  call_id?: string | null;
  execution?: ToolSearchExecutionType;
  id?: string | null;
  status?: 'in_progress' | 'completed' | 'incomplete' | null;
  type: 'tool_search_call';
}

export type ToolSearchExecutionType = 'server' | 'client';

export interface ToolSearchOutputItemParam {
  call_id?: string | null;
  execution?: ToolSearchExecutionType;
  id?: string | null;
  status?: 'in_progress' | 'completed' | 'incomplete' | null;
  tools: Tool[];
  type: 'tool_search_output';
}

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

export type TruncationEnum = 'auto' | 'disabled';

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

export interface WebSearchToolCall {
  type: 'web_search_call';
}

export interface WebSearchToolWebSearch {
  type: 'web_search';
}

export interface WebSearchToolWebSearch20250826 {
  type: 'web_search_2025_08_26';
}
