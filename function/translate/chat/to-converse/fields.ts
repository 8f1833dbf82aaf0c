import type {
  ChatCompletionMessageCustomToolCall,
  ChatCompletionMessageToolCall,
  ChatCompletionRequestAssistantMessage,
  ChatCompletionRequestDeveloperMessage,
  ChatCompletionRequestFunctionMessage,
  ChatCompletionRequestMessage,
  ChatCompletionRequestMessageContentPartAudio,
  ChatCompletionRequestMessageContentPartFile,
  ChatCompletionRequestMessageContentPartImage,
  ChatCompletionRequestMessageContentPartRefusal,
  ChatCompletionRequestMessageContentPartText,
  ChatCompletionRequestSystemMessage,
  ChatCompletionRequestToolMessage,
  ChatCompletionRequestUserMessage,
  ChatCompletionTool,
  ChatRequest,
  CustomToolChatCompletions,
  FunctionObject,
} from '../../../dialects/chat.gen.ts';
import { asksNothing, disposition, type Disposition } from '../disposition.ts';
import { invalid, unsupported } from './refusal.ts';

/** Adds the names of ignored fields to `ignored`; throws the 400 for those that must not be ignored. Linear in the number of fields. */
export function checkFields(request: ChatRequest, ignored: Set<string>): void {
  for (const name of Object.keys(request)) checkTopLevel(name, Reflect.get(request, name), ignored);
  // OpenAI's own rule and words: whoever sends it expects a stream.
  if (request.stream_options && request.stream !== true)
    throw invalid('stream_options', "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
  for (const message of request.messages) checkMessage(message, ignored);
  for (const tool of request.tools ?? []) {
    nameUnknown(tool, { known: known.tool, prefix: 'tools', ignored });
    if (tool.type === 'function')
      nameUnknown(tool.function, { known: known.function, prefix: 'tools.function', ignored });
  }
}

function checkTopLevel(name: string, value: unknown, ignored: Set<string>): void {
  if (value === null || value === undefined) return;
  const how = dispositions.get(name);
  if (how === 'mapped' || how === 'emulated') return;
  if (valuesThatAskNothing.get(name)?.(value) === true) return;
  if (how === 'refused') throw unsupported(name, `Unsupported parameter: '${name}' is not supported with this model.`);
  ignored.add(name);
}

const dispositions: ReadonlyMap<string, Disposition> = new Map(Object.entries(disposition));
const valuesThatAskNothing: ReadonlyMap<string, (value: unknown) => boolean> = new Map(Object.entries(asksNothing));

/** The fields of T, completed by the compiler, and those of other vendors that mean something here. */
function fieldsOf<T>(all: Readonly<Record<Extract<keyof T, string>, true>>): ReadonlySet<string> {
  return new Set([...Object.keys(all), 'cache_control']);
}

const known = {
  tool: fieldsOf<ChatCompletionTool & CustomToolChatCompletions>({ type: true, function: true, custom: true }),
  function: fieldsOf<FunctionObject>({ description: true, name: true, parameters: true, strict: true }),
  call: fieldsOf<ChatCompletionMessageToolCall & ChatCompletionMessageCustomToolCall>({
    id: true,
    type: true,
    function: true,
    custom: true,
  }),
};

const knownOfMessage: Readonly<Record<ChatCompletionRequestMessage['role'], ReadonlySet<string>>> = {
  assistant: fieldsOf<ChatCompletionRequestAssistantMessage>({
    audio: true,
    content: true,
    function_call: true,
    name: true,
    reasoning_content: true,
    refusal: true,
    role: true,
    tool_calls: true,
  }),
  developer: fieldsOf<ChatCompletionRequestDeveloperMessage>({ content: true, name: true, role: true }),
  function: fieldsOf<ChatCompletionRequestFunctionMessage>({ content: true, name: true, role: true }),
  system: fieldsOf<ChatCompletionRequestSystemMessage>({ content: true, name: true, role: true }),
  tool: fieldsOf<ChatCompletionRequestToolMessage>({ content: true, role: true, tool_call_id: true }),
  user: fieldsOf<ChatCompletionRequestUserMessage>({ content: true, name: true, role: true }),
};

const knownOfPart: Readonly<Record<string, ReadonlySet<string>>> = {
  text: fieldsOf<ChatCompletionRequestMessageContentPartText>({
    prompt_cache_breakpoint: true,
    text: true,
    type: true,
  }),
  refusal: fieldsOf<ChatCompletionRequestMessageContentPartRefusal>({ refusal: true, type: true }),
  image_url: fieldsOf<ChatCompletionRequestMessageContentPartImage>({
    image_url: true,
    prompt_cache_breakpoint: true,
    type: true,
  }),
  input_audio: fieldsOf<ChatCompletionRequestMessageContentPartAudio>({
    input_audio: true,
    prompt_cache_breakpoint: true,
    type: true,
  }),
  file: fieldsOf<ChatCompletionRequestMessageContentPartFile>({
    file: true,
    prompt_cache_breakpoint: true,
    type: true,
  }),
};

function checkMessage(message: ChatCompletionRequestMessage, ignored: Set<string>): void {
  nameUnknown(message, { known: knownOfMessage[message.role], prefix: 'messages', ignored });
  // Whose words they are within a role: Converse has no place for it.
  if (message.role !== 'function' && 'name' in message && message.name !== undefined) ignored.add('messages.name');
  if (message.role === 'assistant') {
    for (const call of message.tool_calls ?? [])
      nameUnknown(call, { known: known.call, prefix: 'messages.tool_calls', ignored });
  }
  if (!Array.isArray(message.content)) return;
  for (const part of message.content) {
    nameUnknown(part, { known: knownOfPart[part.type] ?? new Set(), prefix: 'messages.content', ignored });
    // `auto` is what happens anyway.
    if (part.type === 'image_url' && (part.image_url.detail ?? 'auto') !== 'auto')
      ignored.add('messages.content.image_url.detail');
  }
}

interface Naming {
  readonly known: ReadonlySet<string>;
  readonly prefix: string;
  readonly ignored: Set<string>;
}

function nameUnknown(value: object, { known: names, prefix, ignored }: Naming): void {
  for (const name of Object.keys(value)) {
    if (names.has(name) || Reflect.get(value, name) === null) continue;
    // A set that a hostile body fills must not grow without end: what is over the bound is not named anyway.
    if (ignored.size < 1000) ignored.add(`${prefix}.${name}`);
  }
}
