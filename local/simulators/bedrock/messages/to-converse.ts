import type { ContentBlock, ConverseRequest, Image, Message, ToolResultBlock } from '../wire.ts';
import type { MessagesRequest, MessagesTool, Part, Turn } from './wire.ts';

/** What is asked in Anthropic's form, as the simulated models read it. */
export function toConverse(body: MessagesRequest): ConverseRequest {
  const { system = [], output_config: output, stop_sequences: stopSequences } = body;
  const { temperature, top_p: topP, max_tokens: maxTokens } = body;
  const tools = (body.tools ?? []).flatMap(toolOf);
  return present({
    messages: merged(body.messages),
    system: blocksOf(system).map(({ text, cachePoint }) => present({ text, cachePoint })),
    inferenceConfig: present({ maxTokens, temperature, topP, stopSequences }),
    toolConfig: tools.length === 0 ? undefined : present({ tools, toolChoice: choiceOf(body) }),
    additionalModelRequestFields: fieldsOf(body),
    outputConfig: output?.format && {
      textFormat: { structure: { jsonSchema: { schema: JSON.stringify(output.format.schema) } } },
    },
  });
}

/** Turns of one role count as one. */
function merged(turns: readonly Turn[]): Message[] {
  const messages: Message[] = [];
  for (const { role, content } of turns) {
    const before = messages.at(-1);
    const blocks = blocksOf(content);
    if (before?.role === role) messages[messages.length - 1] = { role, content: [...before.content, ...blocks] };
    else messages.push({ role, content: blocks });
  }
  return messages;
}

function blocksOf(content: string | readonly Part[]): ContentBlock[] {
  return typeof content === 'string'
    ? [{ text: content }]
    : content.flatMap((part) => [...blockOf(part), ...pointOf(part)]);
}

function pointOf({ cache_control: control }: Part | MessagesTool) {
  return control === undefined
    ? []
    : [{ cachePoint: { type: 'default' as const, ...(control.ttl && { ttl: control.ttl }) } }];
}

function blockOf(part: Part): ContentBlock[] {
  const { type, text = '', source, thinking = '', signature, data = '', id = '', name = '', input } = part;
  if (type === 'text') return [{ text }];
  if (type === 'thinking') return [{ reasoningContent: { reasoningText: present({ text: thinking, signature }) } }];
  if (type === 'redacted_thinking') return [{ reasoningContent: { redactedContent: data } }];
  if (type === 'tool_use') return [{ toolUse: { toolUseId: id, name, input } }];
  if (type === 'tool_result') return [{ toolResult: resultOf(part) }];
  if (type === 'image') return [{ image: imageOf(source) }];
  return [{ text: JSON.stringify(source) }];
}

function resultOf({ tool_use_id: toolUseId = '', content = '', is_error: failed }: Part) {
  const blocks: ToolResultBlock[] = blocksOf(content).map(({ text, image }) => present({ text, image }));
  return {
    toolUseId,
    content: blocks.length === 0 ? [{ text: '' }] : blocks,
    ...(failed === true && { status: 'error' as const }),
  };
}

const formats: Readonly<Record<string, Image['format']>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

function imageOf(source: Part['source']): Image {
  const { media_type: type = '', data = '' } = typeof source === 'object' ? source : {};
  return { format: formats[type] ?? 'png', source: { bytes: data } };
}

function toolOf(tool: MessagesTool) {
  const { name, description, input_schema: schema, strict } = tool;
  const json = schema ?? { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] };
  return [{ toolSpec: present({ name, description, inputSchema: { json }, strict }) }, ...pointOf(tool)];
}

function choiceOf({ tool_choice: choice }: MessagesRequest) {
  if (choice?.type === 'any') return { any: {} };
  if (choice?.type === 'tool') return { tool: { name: choice.name ?? '' } };
  return choice?.type === 'auto' ? { auto: {} } : undefined;
}

/** What only Anthropic's form has, by the names that it has there. */
function fieldsOf({ anthropic_beta, thinking, top_k, output_config: output, tool_choice: choice }: MessagesRequest) {
  const { effort } = output ?? {};
  const fields = present({
    anthropic_beta,
    thinking,
    top_k,
    output_config: effort === undefined ? undefined : { effort },
    tool_choice: choice?.disable_parallel_tool_use === true ? choice : undefined,
  });
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** Fields that may be undefined are absent then. */
type Present<Fields> = Pick<Fields, Needed<Fields>> & {
  [Name in Exclude<keyof Fields, Needed<Fields>>]?: Exclude<Fields[Name], undefined>;
};
type Needed<Fields> = { [Name in keyof Fields]: undefined extends Fields[Name] ? never : Name }[keyof Fields];

/** The fields that are there. */
function present<Fields extends object>(fields: Fields): Present<Fields> {
  const kept = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (!isPresent<Fields>(kept)) throw new Error('a field is there and undefined');
  return kept;
}

function isPresent<Fields>(value: object): value is Present<Fields> {
  return Object.values(value).every((each) => each !== undefined);
}
