import type {
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  ImageBlock,
  ReasoningContentBlock,
  Tool,
  ToolResultContentBlock,
} from '../../dialects/converse.gen.ts';
import { isObject, type JsonObject } from '../../dialects/json.ts';
import { withoutUndefined } from '../without-undefined.ts';

/** Thrown inside for what Anthropic's Messages cannot say. */
const unsaid = Symbol('unsaid');

/**
 * A Converse request to Claude as a request to count tokens of Anthropic's Messages, without the model: what stands in the prompt, and no limits of
 * the answer. Undefined where it has a block that Messages lack, such as a spreadsheet or a file in S3.
 */
export function countedMessagesOf(request: ConverseRequest): JsonObject | undefined {
  try {
    return said(request);
  } catch (error) {
    if (error === unsaid) return undefined;
    throw error;
  }
}

function said({ messages = [], system = [], toolConfig, additionalModelRequestFields: fields }: ConverseRequest) {
  const texts = system.flatMap((each) => ('text' in each ? [{ type: 'text', text: each.text }] : []));
  const tools = (toolConfig?.tools ?? []).flatMap(tool);
  const thinking = isObject(fields) ? fields['thinking'] : undefined;
  return withoutUndefined({
    messages: messages.map(({ role, content }) => ({ role, content: content.flatMap(block) })),
    system: texts.length > 0 ? texts : undefined,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: tools.length > 0 ? choice(toolConfig?.toolChoice) : undefined,
    thinking,
  }) as JsonObject;
}

function tool(each: Tool): JsonObject[] {
  if (!('toolSpec' in each)) return [];
  const { name, description, inputSchema } = each.toolSpec;
  return [withoutUndefined({ name, description, input_schema: inputSchema.json }) as JsonObject];
}

function choice(given: NonNullable<ConverseRequest['toolConfig']>['toolChoice']): JsonObject | undefined {
  if (given === undefined || 'auto' in given) return undefined;
  return 'any' in given ? { type: 'any' } : { type: 'tool', name: given.tool.name };
}

function block(each: ContentBlock): JsonObject[] {
  if ('text' in each) return [{ type: 'text', text: each.text }];
  if ('cachePoint' in each) return [];
  if ('image' in each) return [image(each.image)];
  if ('document' in each) return [document(each.document)];
  if ('reasoningContent' in each) return reasoning(each.reasoningContent);
  if ('toolUse' in each) {
    const { toolUseId, name, input } = each.toolUse;
    return [{ type: 'tool_use', id: toolUseId, name, input }];
  }
  if ('toolResult' in each) {
    const { toolUseId, content, status } = each.toolResult;
    const failed = status === 'error' ? { is_error: true } : {};
    return [{ type: 'tool_result', tool_use_id: toolUseId, content: content.map(result), ...failed }];
  }
  throw unsaid;
}

function result(each: ToolResultContentBlock): JsonObject {
  if ('text' in each) return { type: 'text', text: each.text };
  if ('json' in each) return { type: 'text', text: JSON.stringify(each.json) };
  if ('image' in each) return image(each.image);
  if ('document' in each) return document(each.document);
  throw unsaid;
}

function image({ format, source }: ImageBlock): JsonObject {
  if (!('bytes' in source)) throw unsaid;
  return { type: 'image', source: { type: 'base64', media_type: `image/${format}`, data: source.bytes } };
}

function document({ name, format, source }: DocumentBlock): JsonObject {
  if ('text' in source)
    return { type: 'document', title: name, source: { type: 'text', media_type: 'text/plain', data: source.text } };
  if (format !== 'pdf' || !('bytes' in source)) throw unsaid;
  const data = { type: 'base64', media_type: 'application/pdf', data: source.bytes };
  return { type: 'document', title: name, source: data };
}

function reasoning(each: ReasoningContentBlock): JsonObject[] {
  if ('redactedContent' in each) return [{ type: 'redacted_thinking', data: each.redactedContent }];
  const { text, signature } = each.reasoningText;
  return signature === undefined ? [] : [{ type: 'thinking', thinking: text, signature }];
}
