// Written by `npm run schemas`; changes made here are lost.

export type IncludeEnum = 'file_search_call.results' | 'web_search_call.results' | 'web_search_call.action.sources' | 'message.input_image.image_url' | 'computer_call_output.output.image_url' | 'code_interpreter_call.outputs' | 'reasoning.encrypted_content' | 'message.output_text.logprobs';

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
