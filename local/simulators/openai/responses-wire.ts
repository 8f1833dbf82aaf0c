/** The fields of a Responses request that the simulator reads, as its schema leaves them. */
export interface ResponsesRequest {
  readonly model?: string | null;
  readonly input?: string | readonly Item[] | null;
  readonly instructions?: string | null;
  readonly stream?: boolean | null;
  readonly store?: boolean | null;
  readonly background?: boolean | null;
  readonly previous_response_id?: string | null;
  readonly conversation?: unknown;
  readonly prompt?: unknown;
  readonly max_output_tokens?: number | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly reasoning?: { readonly effort?: string | null } | null;
  readonly include?: readonly string[] | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  readonly text?: { readonly format?: Format } | null;
  readonly tools?: readonly ResponsesTool[] | null;
  readonly tool_choice?: string | { readonly type: string; readonly name?: string } | null;
  readonly parallel_tool_calls?: boolean | null;
}

/** An item of the input: a message, with or without its type, a call, its output, or reasoning. */
export interface Item {
  readonly type?: string;
  readonly role?: 'developer' | 'system' | 'user' | 'assistant';
  readonly content?: string | readonly ItemPart[];
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly output?: string | readonly ItemPart[];
}

/** A part of a message or of an output. */
export interface ItemPart {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: string;
}

/** A tool; those that Bedrock does not have differ by their type alone. */
export interface ResponsesTool {
  readonly type: string;
  readonly name?: string;
  readonly description?: string | null;
  readonly parameters?: Readonly<Record<string, unknown>> | null;
}

interface Format {
  readonly type: 'text' | 'json_object' | 'json_schema';
  readonly name?: string;
  readonly schema?: object;
}

/** The items of an input; a string is one message of the user. */
export function itemsOf({ input }: ResponsesRequest): readonly Item[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : (input ?? []);
}
