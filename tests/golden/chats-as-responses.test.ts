import type { ChatRequest } from '../../function/dialects/chat.gen.ts';
import { isObject } from '../../function/dialects/json.ts';
import { chatToConverse } from '../../function/translate/chat/index.ts';
import { responsesToConverse } from '../../function/translate/responses/index.ts';
import { responsesRequest } from '../../function/validate/responses-request.ts';
import { contextOf, wire } from './context.ts';
import { pairs } from './pairs.ts';
import { tried } from './tried.ts';

type Message = ChatRequest['messages'][number];
type Part = Readonly<Record<string, unknown>>;

/** Fields of a chat that a response has too, by the names there; `undefined` for those that it has not. */
function fieldsOf(chat: ChatRequest): Record<string, unknown> | undefined {
  const { messages, tools, tool_choice, response_format, reasoning_effort, ...others } = chat;
  const { max_tokens, max_completion_tokens, ...same } = others;
  const unknown = [
    'n',
    'stop',
    'functions',
    'function_call',
    'seed',
    'prediction',
    'logit_bias',
    'audio',
    'modalities',
  ];
  const more = [
    'web_search_options',
    'logprobs',
    'top_logprobs',
    'frequency_penalty',
    'presence_penalty',
    'prompt_cache_retention',
  ];
  if ([...unknown, ...more].some((name) => name in chat)) return undefined;
  const input = messages.map(itemsOf);
  if (input.some((items) => items === undefined) || tools?.some((tool) => 'strict' in tool)) return undefined;
  return {
    ...same,
    input: input.flat(),
    ...((max_completion_tokens ?? max_tokens) && { max_output_tokens: max_completion_tokens ?? max_tokens }),
    ...(tools && { tools: tools.map(toolOf) }),
    ...(tool_choice && { tool_choice: choiceOf(tool_choice) }),
    ...(response_format && { text: { format: formatOf(response_format) } }),
    ...(reasoning_effort && { reasoning: { effort: reasoning_effort } }),
  };
}

function itemsOf(message: Message): Part[] | undefined {
  const { role, content } = message;
  if (JSON.stringify(content ?? '').includes('"input_audio"')) return undefined;
  if (role === 'function' || ('name' in message && role !== 'user')) return undefined;
  if (role === 'tool') {
    const output = typeof content === 'string' ? content : content.map(partOf);
    return [{ type: 'function_call_output', call_id: message.tool_call_id, output }];
  }
  if (role !== 'assistant') {
    if ('cache_control' in message || 'name' in message) return undefined;
    return [{ role, content: typeof content === 'string' ? content : content?.map(partOf) }];
  }
  if (message.function_call || message.reasoning_content || message.refusal || 'cache_control' in message)
    return undefined;
  const said = typeof content === 'string' ? content : content?.map(partOf);
  const calls = (message.tool_calls ?? []).map((call) =>
    call.type === 'function'
      ? Object.assign({ type: 'function_call', call_id: call.id }, call.function)
      : Object.assign({ type: 'custom_tool_call', call_id: call.id }, call.custom),
  );
  return [...(said === undefined || said.length === 0 ? [] : [{ role, content: said }]), ...calls];
}

function partOf(part: object): Part {
  const { type, image_url: image, file, ...rest } = { ...part } as Record<string, unknown>;
  if (type === 'text') return { type: 'input_text', ...rest };
  if (isObject(image)) return { type: 'input_image', image_url: image['url'], detail: image['detail'], ...rest };
  if (isObject(file)) return { type: 'input_file', ...file, ...rest };
  return { type, ...rest };
}

function toolOf(tool: NonNullable<ChatRequest['tools']>[number]): Part {
  if (tool.type === 'function') {
    const { function: inner, ...rest } = tool;
    return { ...rest, ...inner };
  }
  const { custom, ...rest } = tool;
  const { format } = custom;
  return { ...rest, ...custom, ...(format?.type === 'grammar' && { format: { type: 'grammar', ...format.grammar } }) };
}

function choiceOf(choice: NonNullable<ChatRequest['tool_choice']>): unknown {
  if (typeof choice === 'string') return choice;
  if (choice.type === 'function') return { type: 'function', name: choice.function.name };
  if (choice.type === 'custom') return { type: 'custom', name: choice.custom.name };
  const { mode, tools } = choice.allowed_tools;
  return { type: 'allowed_tools', mode, tools: tools.map((tool) => ({ type: 'function', name: nameIn(tool) })) };
}

function nameIn(tool: Part): unknown {
  const { function: inner } = tool;
  return isObject(inner) ? inner['name'] : tool['name'];
}

function formatOf(format: NonNullable<ChatRequest['response_format']>): unknown {
  return format.type === 'json_schema' ? { type: format.type, ...format.json_schema } : format;
}

const asked = pairs('request', 'chat').flatMap(([name, pair]) => {
  const fields = fieldsOf(pair.chat);
  return fields === undefined ? [] : [{ name, pair, fields }];
});

test('most chats of the golden data can be asked as responses', () => {
  expect(asked.length).toBeGreaterThan(150);
});

test.each(asked)('request chat/$name, asked as a response, becomes the same', ({ pair, fields }) => {
  const { value, refused } = tried(() => {
    const context = { ...contextOf(pair.chat, pair), request: responsesRequest(fields) };
    return wire(responsesToConverse.request(context).request);
  });
  expect(refused?.message).toBeUndefined();
  expect(value).toEqual(wire(chatToConverse.request(contextOf(pair.chat, pair)).request));
});
