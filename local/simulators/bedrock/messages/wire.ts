/** A body of Anthropic's Messages API as InvokeModel takes it, as `check.ts` leaves it. */
export interface MessagesRequest {
  readonly anthropic_version: string;
  readonly anthropic_beta?: readonly string[];
  readonly max_tokens: number;
  readonly messages: readonly Turn[];
  readonly system?: string | readonly Part[];
  readonly tools?: readonly MessagesTool[];
  readonly tool_choice?: {
    readonly type: string;
    readonly name?: string;
    readonly disable_parallel_tool_use?: boolean;
  };
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly stop_sequences?: readonly string[];
  readonly thinking?: Readonly<Record<string, unknown>>;
  readonly output_config?: { readonly effort?: string; readonly format?: { readonly schema: object } };
  readonly metadata?: object;
  readonly context_management?: { readonly edits?: readonly unknown[] };
}

/** One turn of a conversation in the Messages API. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: string | readonly Part[];
}

/** A content block of any type: which of the fields it has hangs on the type. */
export interface Part {
  readonly type: string;
  readonly text?: string;
  readonly source?: Source | string;
  readonly thinking?: string;
  readonly signature?: string;
  readonly data?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: string | readonly Part[];
  readonly is_error?: boolean;
  readonly cache_control?: { readonly type: string; readonly ttl?: '5m' | '1h' };
}

/** Source of an image or a document. */
export interface Source {
  readonly type: string;
  readonly media_type?: string;
  readonly data?: string;
  readonly content?: string | readonly Part[];
}

/** Definition of a tool in the Messages API. */
export interface MessagesTool {
  readonly type?: string;
  readonly name: string;
  readonly description?: string;
  readonly input_schema?: unknown;
  readonly strict?: boolean;
  readonly cache_control?: Part['cache_control'];
}
