import { isObject } from '../../../dialects/json.ts';
import type { ChatCompletionTool, ChatRequest } from '../../../dialects/chat.gen.ts';
import type { Tool, ToolChoice, ToolConfiguration, ToolSpecification } from '../../../dialects/converse.gen.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { invalid, itemPath, unsupportedField } from './refusal.ts';
import type { Ignored } from './translation-state.ts';

/** The tools and the choice of them. OpenAI refuses a choice, and an empty list, without tools. */
export function tools(config: ToolConfiguration, ignored: Ignored): Pick<ChatRequest, 'tools' | 'tool_choice'> {
  const { toolChoice } = config;
  const given = config.tools.flatMap((tool, index) => functionTool(tool, itemPath('toolConfig.tools', index), ignored));
  if (given.length === 0) return {};
  return withoutUndefined({ tools: given, tool_choice: toolChoice && choice(toolChoice) });
}

function functionTool(tool: Tool, param: string, ignored: Ignored): ChatCompletionTool[] {
  if ('toolSpec' in tool) return [{ type: 'function', function: descriptionOf(tool.toolSpec, `${param}.toolSpec`) }];
  if ('systemTool' in tool) throw unsupportedField('toolConfig.tools.systemTool', `${param}.systemTool`);
  ignored.add('toolConfig.tools.cachePoint');
  return [];
}

function descriptionOf(
  { name, description, inputSchema: { json }, strict }: ToolSpecification,
  param: string,
): ChatCompletionTool['function'] {
  if (!isObject(json)) throw invalid(`${param}.inputSchema.json`, 'a schema is an object.');
  return withoutUndefined({ name, description, parameters: json, strict });
}

function choice(chosen: ToolChoice): NonNullable<ChatRequest['tool_choice']> {
  if ('tool' in chosen) return { type: 'function', function: { name: chosen.tool.name } };
  return 'any' in chosen ? 'required' : 'auto';
}
