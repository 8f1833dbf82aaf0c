// Written by `npm run schemas`; changes made here are lost.

import type { JsonValue } from './json.ts';

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

export type CallableToolAllowedCaller = 'direct' | 'programmatic';

export interface ChatListQuery {
  after?: string;
  limit?: number;
  metadata?: Metadata;
  model?: string;
  order?: 'asc' | 'desc';
}

export interface ChatMessagesQuery {
  after?: string;
  limit?: number;
  order?: 'asc' | 'desc';
}

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

export interface ConversationItemsQuery {
  after?: string;
  include?: IncludeEnum[];
  limit?: number;
  order?: 'asc' | 'desc';
}

export interface ConversationItemsRequest {
  items: InputItem[];
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

export interface CustomToolCallOutput {
  call_id: string;
  caller?: DirectToolCallCallerParam | ProgramToolCallCallerParam | null;
  id?: string;
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

export type EmptyModelParam = { [key: string]: JsonValue };

export interface FileCitationBody {
  file_id: string;
  filename: string;
  index: number;
  type: 'file_citation';
}

export type FileDetailEnum = 'auto' | 'low' | 'high';

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
  output: string | (InputTextContentParam | InputImageContentParamAutoParam | InputFileContentParam)[];
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
  allowed_callers?: CallableToolAllowedCaller[] | null;
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
  parameters?: EmptyModelParam | null;
  strict?: boolean | null;
  type: 'function';
}

export type GrammarSyntax1 = 'lark' | 'regex';

export type ImageDetail = 'low' | 'high' | 'auto' | 'original';

export interface ImageGenTool {
  type: 'image_generation';
}

export interface ImageGenToolCall {
  type: 'image_generation_call';
}

export type IncludeEnum = 'file_search_call.results' | 'web_search_call.results' | 'web_search_call.action.sources' | 'message.input_image.image_url' | 'computer_call_output.output.image_url' | 'code_interpreter_call.outputs' | 'reasoning.encrypted_content' | 'message.output_text.logprobs';

export interface IncludeQuery {
  include?: IncludeEnum[];
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

export interface InputFileContentParam {
  detail?: FileDetailEnum;
  file_data?: string | null;
  file_id?: string | null;
  file_url?: string | null;
  filename?: string | null;
  prompt_cache_breakpoint?: PromptCacheBreakpointParam | null;
  type: 'input_file';
}

export interface InputImageContent {
  detail?: ImageDetail;
  file_id?: string | null;
  image_url?: string | null;
  prompt_cache_breakpoint?: PromptCacheBreakpointConfig;
  type: 'input_image';
}

export interface InputImageContentParamAutoParam {
  detail?: 'low' | 'high' | 'auto' | 'original' | null;
  file_id?: string | null;
  image_url?: string | null;
  prompt_cache_breakpoint?: PromptCacheBreakpointParam | null;
  type: 'input_image';
}

export type InputItem = ResponsesMessage | FileSearchToolCall | ComputerToolCall | ComputerCallOutputItemParam | WebSearchToolCall | FunctionToolCall | FunctionCallOutputItemParam | ToolSearchCallItemParam | ToolSearchOutputItemParam | AdditionalToolsItemParam | ReasoningItem | CompactionSummaryItemParam | ImageGenToolCall | CodeInterpreterToolCall | LocalShellToolCall | LocalShellToolCallOutput | FunctionShellCallItemParam | FunctionShellCallOutputItemParam | ApplyPatchToolCallItemParam | ApplyPatchToolCallOutputItemParam | MCPListTools | MCPApprovalRequest | MCPApprovalResponse | MCPToolCall | CustomToolCallOutput | CustomToolCall | CompactionTriggerItemParam | ItemReferenceParam | ProgramItemParam | ProgramOutputItemParam;

export interface InputTextContent {
  prompt_cache_breakpoint?: PromptCacheBreakpointConfig;
  text: string;
  type: 'input_text';
}

export interface InputTextContentParam {
  prompt_cache_breakpoint?: PromptCacheBreakpointParam | null;
  text: string;
  type: 'input_text';
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

export interface NamespaceToolParam {
  description?: string;
  name: string;
  tools: (FunctionToolParam | CustomToolParam)[];
  type: 'namespace';
}

export interface OutputTextContent {
  annotations?: Annotation[];
  logprobs?: LogProb[];
  text: string;
  type: 'output_text';
}

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

export interface PromptCacheBreakpointConfig {
  mode: 'explicit';
}

export interface PromptCacheBreakpointParam {
  mode: 'explicit';
}

export interface ReasoningItem {
  content?: ReasoningTextContent[];
  encrypted_content?: string | null;
  id?: string;
  status?: 'in_progress' | 'completed' | 'incomplete';
  summary?: SummaryTextContent[];
  type: 'reasoning';
}

export interface ReasoningTextContent {
  text: string;
  type: 'reasoning_text';
}

export interface RefusalContent {
  refusal: string;
  type: 'refusal';
}

export interface ResponseItemsQuery {
  after?: string;
  include?: IncludeEnum[];
  limit?: number;
  order?: 'asc' | 'desc';
}

export interface ResponseQuery {
  include?: IncludeEnum[];
  include_obfuscation?: boolean;
  starting_after?: number;
  stream?: boolean;
}

export interface ResponsesMessage {
  content: string | ResponsesMessagePart[];
  id?: string | null;
  phase?: 'commentary' | 'final_answer' | null;
  role: 'user' | 'assistant' | 'system' | 'developer';
  status?: string | null;
  type: 'message';
}

export type ResponsesMessagePart = InputTextContent | InputImageContent | InputFileContent | OutputTextContent | RefusalContent;

export interface SummaryTextContent {
  text: string;
  type: 'summary_text';
}

export type Tool = FunctionTool | FileSearchTool | ComputerTool | ComputerUsePreviewTool | WebSearchToolWebSearch | WebSearchToolWebSearch20250826 | MCPTool | CodeInterpreterTool | ProgrammaticToolCallingParam | ImageGenTool | LocalShellToolParam | FunctionShellToolParam | CustomToolParam | NamespaceToolParam | ToolSearchToolParam | WebSearchPreviewToolWebSearchPreview | WebSearchPreviewToolWebSearchPreview20250311 | ApplyPatchToolParam;

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

export interface TopLogProb {
  bytes: number[];
  logprob: number;
  token: string;
}

export interface UpdateConversationBody {
  metadata: { [key: string]: string } | null;
}

export interface UrlCitationBody {
  end_index: number;
  start_index: number;
  title: string;
  type: 'url_citation';
  url: string;
}

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
