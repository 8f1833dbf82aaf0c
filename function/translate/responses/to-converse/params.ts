import { ApiError } from '../../../errors.ts';

/** Where the fields of a chat are in the request that it was made of. */
export interface Origins {
  /** By message, such as `input[2].content`. */
  readonly messages: readonly string[];
  /** By tool, such as `tools[1]`. */
  readonly tools: readonly string[];
}

/** Fields that have another name than in a chat, the longest first. */
const fields: readonly (readonly [chat: string, responses: string])[] = [
  ['tool_choice.allowed_tools.tools', 'tool_choice.tools'],
  ['response_format.json_schema', 'text.format'],
  ['response_format', 'text.format'],
  ['max_completion_tokens', 'max_output_tokens'],
  ['max_tokens', 'max_output_tokens'],
  ['reasoning_effort', 'reasoning.effort'],
  ['verbosity', 'text.verbosity'],
  ['messages.reasoning_content', 'input.encrypted_content'],
  ['messages', 'input'],
  ['tools.function', 'tools'],
  ['tools.custom', 'tools'],
];

/** The rest of a path inside a part, which has one level less than that of a chat. */
const inParts: readonly (readonly [chat: string, responses: string])[] = [
  ['.image_url.url', '.image_url'],
  ['.file.file_id', '.file_id'],
  ['.file.file_data', '.file_data'],
  ['.file', ''],
];

const inMessage = /^messages\[(\d+)\](?:\.content(?:\[(\d+)\])?)?(.*)$/s;
const inTool = /^tools\[(\d+)\](?:\.(?:function|custom))?(.*)$/s;

/** The path of a field of a chat, or its name, as the client of the Responses API wrote it. */
export function responsesParam(param: string, { messages, tools }: Origins): string {
  const [, message, part, rest = ''] = inMessage.exec(param) ?? [];
  if (message !== undefined) {
    const path = messages[Number(message)] ?? 'input';
    return part === undefined ? path : `${path}[${part}]${renamed(rest, inParts)}`;
  }
  const [, tool, field = ''] = inTool.exec(param) ?? [];
  if (tool !== undefined) return `${tools[Number(tool)] ?? 'tools'}${field}`;
  return renamed(param, fields);
}

function renamed(path: string, names: readonly (readonly [string, string])[]): string {
  const found = names.find(
    ([chat]) => path === chat || (path.startsWith(chat) && /[.[]/.test(path.charAt(chat.length))),
  );
  return found === undefined ? path : `${found[1]}${path.slice(found[0].length)}`;
}

/** What is thrown about a chat, with the path of the Responses request in place of the chat's. */
export function responsesError(error: unknown, origins: Origins): unknown {
  if (!(error instanceof ApiError) || error.param === null) return error;
  const { message, status, code, type, headers } = error;
  const param = responsesParam(error.param, origins);
  // Some messages name the field alone.
  const said = message.replaceAll(error.param, param).replaceAll('response_format', 'text.format');
  return new ApiError(said, { status, code, type, headers, param });
}
