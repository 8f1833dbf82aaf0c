import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import type {
  CustomToolParam,
  FunctionTool,
  FunctionToolParam,
  ResponsesRequest,
  Tool,
  ToolSearchToolParam,
} from '../../../dialects/responses-request.gen.ts';
import { invalid, unsupported } from '../../chat/to-converse/refusal.ts';
import { isMarked } from '../../chat/to-converse/translation-state.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { FlatNames, NamespacedName } from './flat-names.ts';

type ChatTool = NonNullable<ChatRequest['tools']>[number];

/** The tools of a chat, the path in the request that each came from, and the choice among them. */
export interface ChatTools extends Pick<ChatRequest, 'tools' | 'tool_choice' | 'parallel_tool_calls'> {
  readonly paths: readonly string[];
}

interface Placed {
  readonly tool: ChatTool;
  readonly path: string;
}

interface Placing {
  readonly names: FlatNames;
  readonly ignored: Set<string>;
}

/**
 * Function and custom tools, those in namespaces and those that items of the input add as well. Hosted ones are left out and named; throws the
 * ApiError 400 where one is forced.
 */
export function chatTools(request: ResponsesRequest, placing: Placing): ChatTools {
  const { tools, tool_choice: wanted, parallel_tool_calls: parallel } = request;
  const listed = (tools ?? []).flatMap((tool, at) => placedTools(tool, `tools[${at}]`, placing));
  const added = addedTools(request.input);
  const placed = withAdded(
    listed,
    added.flatMap(({ tool, path }) => placedTools(tool, path, placing)),
  );
  const choice = chatChoice(wanted ?? 'auto', {
    placed,
    names: placing.names,
    hosts: (tools ?? []).length + added.length > 0,
  });
  if (placed.length === 0) return { paths: [] };
  return {
    tools: placed.map(({ tool }) => tool),
    paths: placed.map(({ path }) => path),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(typeof parallel === 'boolean' && { parallel_tool_calls: parallel }),
  };
}

/** The tools in items of an input: those that a developer adds, and those that a search for tools has found. */
function addedTools(input: ResponsesRequest['input']): { readonly tool: Tool; readonly path: string }[] {
  if (typeof input === 'string') return [];
  return input.flatMap((item, at) => {
    if (item.type !== 'additional_tools' && item.type !== 'tool_search_output') return [];
    return item.tools.map((tool, index) => ({ tool, path: `input[${at}].tools[${index}]` }));
  });
}

/** Clients repeat the tools of earlier turns: of those with the same name, the last counts, in the place of the first. */
function withAdded(listed: readonly Placed[], added: readonly Placed[]): Placed[] {
  if (added.length === 0) return [...listed];
  const all = [...listed];
  const places = new Map(all.map(({ tool }, at) => [chatToolName(tool), at]));
  for (const each of added) {
    const name = chatToolName(each.tool);
    const at = places.get(name) ?? all.length;
    places.set(name, at);
    all[at] = each;
  }
  return all;
}

function chatToolName(tool: ChatTool): string {
  return tool.type === 'function' ? tool.function.name : tool.custom.name;
}

function placedTools(tool: Tool, path: string, { names, ignored }: Placing): Placed[] {
  if (tool.type === 'function') return [{ tool: functionTool(tool, tool.name), path }];
  if (tool.type === 'custom') return [{ tool: customTool(tool, tool.name), path }];
  if (tool.type === 'namespace') {
    return tool.tools.map((inner, at) => {
      const name = names.of({ name: inner.name, namespace: tool.name });
      const made = inner.type === 'function' ? functionTool(inner, name) : customTool(inner, name);
      return { tool: made, path: `${path}.tools[${at}]` };
    });
  }
  if (tool.type === 'tool_search' && tool.execution === 'client')
    return [{ tool: functionTool(tool, names.searchName()), path }];
  ignored.add(`tools.${tool.type}`);
  return [];
}

function functionTool(tool: FunctionTool | FunctionToolParam | ToolSearchToolParam, name: string): ChatTool {
  const { description, parameters } = tool;
  const strict = 'strict' in tool ? tool.strict : undefined;
  return {
    type: 'function',
    function: withoutUndefined({
      name,
      description: description ?? undefined,
      parameters: parameters ?? undefined,
      // OpenAI's own default is as much strictness as the schema allows; nobody is told that it was not had.
      strict: strict ?? undefined,
    }),
    ...cacheMark(tool),
  };
}

function customTool(tool: CustomToolParam, name: string): ChatTool {
  const { description, format } = tool;
  const grammar =
    format?.type === 'grammar'
      ? ({ type: 'grammar', grammar: { syntax: format.syntax, definition: format.definition } } as const)
      : format;
  return { type: 'custom', custom: withoutUndefined({ name, description, format: grammar }), ...cacheMark(tool) };
}

function cacheMark(tool: object): object {
  return isMarked(tool) ? { cache_control: Reflect.get(tool, 'cache_control') } : {};
}

interface Choosing {
  readonly placed: readonly Placed[];
  readonly names: FlatNames;
  /** Whether the request has tools at all, hosted ones included. */
  readonly hosts: boolean;
}

function chatChoice(
  wanted: NonNullable<ResponsesRequest['tool_choice']>,
  choosing: Choosing,
): ChatRequest['tool_choice'] | undefined {
  if (wanted === 'auto') return undefined;
  if (wanted === 'none') return choosing.placed.length > 0 ? 'none' : undefined;
  if (wanted === 'required') return required(choosing);
  if (wanted.type === 'allowed_tools') return allowed(wanted, choosing);
  if (wanted.type === 'function') return { type: 'function', function: { name: nameOf(wanted, choosing) } };
  if (wanted.type === 'custom') return { type: 'custom', custom: { name: nameOf(wanted, choosing) } };
  throw unsupported(
    'tool_choice',
    `Unsupported value: 'tool_choice' forces the hosted tool '${wanted.type}', which this gateway does not have.`,
  );
}

function required({ placed, hosts }: Choosing): 'required' {
  if (placed.length > 0) return 'required';
  if (hosts)
    throw unsupported(
      'tool_choice',
      "Unsupported value: 'tool_choice' is 'required', and all tools are hosted ones, which this gateway does not have.",
    );
  throw invalid(
    'tool_choice',
    "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
  );
}

/** The choice among some tools, as far as those are there. */
function allowed(
  { mode, tools }: { readonly mode: 'auto' | 'required'; readonly tools: readonly JsonObject[] },
  choosing: Choosing,
): ChatRequest['tool_choice'] | undefined {
  const kept = tools.filter((tool) => tool['type'] === 'function' || tool['type'] === 'custom');
  if (kept.length === 0 && mode === 'required')
    throw unsupported(
      'tool_choice',
      "Unsupported value: 'tool_choice' requires one of some hosted tools, which this gateway does not have.",
    );
  if (choosing.placed.length === 0) return undefined;
  const named = kept.map((tool) => ({ type: 'function', name: nameOf(namesIn(tool), choosing) }));
  return { type: 'allowed_tools', allowed_tools: { mode, tools: named } };
}

function namesIn(tool: JsonObject): NamespacedName {
  const { name, namespace } = tool;
  return {
    name: typeof name === 'string' ? name : '',
    ...(typeof namespace === 'string' && { namespace }),
  };
}

/** The flat name of a tool that a choice names: a name alone is found in namespaces as well. */
function nameOf(wanted: NamespacedName, { placed, names }: Choosing): string {
  const flat = names.of(wanted);
  const all = placed.map(({ tool }) => chatToolName(tool));
  if (all.includes(flat)) return flat;
  return all.find((name) => names.namesOf(name).name === wanted.name) ?? flat;
}
