/** The members of a Chat Completions request that the simulator reads, as its schema leaves them. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean | null;
  readonly stream_options?: StreamOptions | null;
  readonly n?: number | null;
  readonly stop?: Stop;
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly presence_penalty?: number | null;
  readonly frequency_penalty?: number | null;
  readonly seed?: number | null;
  readonly logprobs?: boolean | null;
  readonly top_logprobs?: number | null;
  readonly tools?: readonly Tool[] | null;
  readonly tool_choice?: ToolChoice | null;
  readonly parallel_tool_calls?: boolean | null;
  readonly functions?: readonly FunctionTool[] | null;
  readonly function_call?: string | { readonly name: string } | null;
  readonly response_format?: ResponseFormat | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  readonly modalities?: readonly string[] | null;
  readonly audio?: object | null;
  readonly web_search_options?: object;
  readonly reasoning_effort?: string | null;
  readonly service_tier?: string | null;
}

/** Stop sequences: one, several, or none. */
export type Stop = string | readonly string[] | null;

/** Options of a streamed answer. */
export interface StreamOptions {
  readonly include_usage?: boolean;
  readonly include_obfuscation?: boolean;
}

/** One message of a chat. */
export interface ChatMessage {
  readonly role: 'developer' | 'system' | 'user' | 'assistant' | 'tool' | 'function';
  readonly content?: string | readonly Part[] | null;
  readonly name?: string;
  readonly tool_calls?: readonly ToolCall[] | null;
  readonly tool_call_id?: string;
  readonly function_call?: object | null;
  readonly refusal?: string | null;
  readonly reasoning_content?: string | null;
}

/** Part of the content of a message. */
export interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
  readonly file?: { readonly file_data?: string; readonly file_id?: string; readonly filename?: string };
}

interface ToolCall {
  readonly id: string;
  readonly type: string;
  readonly function?: { readonly name: string; readonly arguments: string };
  readonly extra_content?: unknown;
}

/** Definition of a function; `parameters` is a JSON Schema. */
export interface FunctionTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly strict?: boolean | null;
}

/** A tool: a function, or a custom one that takes text. */
export interface Tool {
  readonly type: 'function' | 'custom';
  readonly function?: FunctionTool;
  readonly custom?: { readonly name: string; readonly description?: string };
}

/** Which tools the model may or must call. */
export type ToolChoice =
  | string
  | {
      readonly type: string;
      readonly function?: { readonly name: string };
      readonly custom?: { readonly name: string };
      readonly allowed_tools?: { readonly mode: string; readonly tools: readonly NamedTool[] };
    };

/** Format that the answer must have. */
export interface ResponseFormat {
  readonly type: 'text' | 'json_object' | 'json_schema';
  readonly json_schema?: { readonly name: string; readonly schema?: object; readonly strict?: boolean | null };
}

/** The members of a legacy Completions request. */
export interface CompletionsRequest {
  readonly model: string;
  readonly prompt?: Prompt | null;
  readonly suffix?: string | null;
  readonly echo?: boolean | null;
  readonly n?: number | null;
  readonly best_of?: number | null;
  readonly stop?: Stop;
  readonly max_tokens?: number | null;
  readonly stream?: boolean | null;
  readonly stream_options?: StreamOptions | null;
  readonly logprobs?: number | null;
  readonly seed?: number | null;
  readonly user?: string | null;
}

/** A text, tokens, or a list of either. */
export type Prompt = string | readonly (string | number | readonly number[])[];

/** The fields of an Embeddings request. */
export interface EmbeddingsRequest {
  readonly model: string;
  readonly input: Prompt;
  readonly dimensions?: number | null;
  readonly encoding_format?: 'float' | 'base64' | null;
  readonly user?: string | null;
}

/** Stop sequences as a list. */
export function stopsOf(stop: Stop | undefined): readonly string[] {
  return typeof stop === 'string' ? [stop] : (stop ?? []);
}

interface NamedTool {
  readonly function?: { readonly name: string };
  readonly custom?: { readonly name: string };
}

/** The name of a tool, of whichever kind. */
export function nameOf(tool: NamedTool): string {
  return tool.function?.name ?? tool.custom?.name ?? '';
}

/** The texts of a message, as one. */
export function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join(' ');
}

/** Parts of a message; none where its content is plain text. */
export function partsOf({ content }: ChatMessage): readonly Part[] {
  return typeof content === 'string' ? [] : (content ?? []);
}
