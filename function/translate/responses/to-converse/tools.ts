import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import type {
  CustomToolParam,
  FunctionTool,
  FunctionToolParam,
  ResponsesRequest,
  Tool,
} from '../../../dialects/responses-request.gen.ts';
import { invalid, unsupported } from '../../chat/to-converse/refusal.ts';
import { isMarked } from '../../chat/to-converse/translation-state.ts';
import { withoutUndefined } from '../../without-undefined.ts';

type ChatTool = NonNullable<ChatRequest['tools']>[number];

/** A tool by the two names that a Responses client knows it by. */
export interface NamespacedName {
  readonly name: string;
  readonly namespace?: string | null;
}

/** Names of tools in namespaces as one name, which a chat's tools have. */
export interface FlatNames {
  of(tool: NamespacedName): string;
  /** The names of the client's own for a flat one. */
  namesOf(flat: string): NamespacedName;
}

/** The flat names of one request. The same tool has the same one in every turn. */
export function flatNames(): FlatNames {
  const known = new Map<string, NamespacedName>();
  return {
    of(tool) {
      if (!tool.namespace) return tool.name;
      const flat = `${tool.namespace}__${tool.name}`;
      known.set(flat, { name: tool.name, namespace: tool.namespace });
      return flat;
    },
    namesOf: (flat) => known.get(flat) ?? { name: flat },
  };
}

/** The tools of a chat, the path in the request that each came from, and the choice among them. */
export interface ChatTools extends Pick<ChatRequest, 'tools' | 'tool_choice' | 'parallel_tool_calls'> {
  readonly paths: readonly string[];
}

interface Placed {
  readonly tool: ChatTool;
  readonly path: string;
}

/** Function and custom tools, those in namespaces as well. Hosted ones are left out and named; throws the ApiError 400 where one is forced. */
export function chatTools(
  { tools, tool_choice: wanted, parallel_tool_calls: parallel }: ResponsesRequest,
  { names, ignored }: { readonly names: FlatNames; readonly ignored: Set<string> },
): ChatTools {
  const placed = (tools ?? []).flatMap((tool, at) => placedTools(tool, `tools[${at}]`, { names, ignored }));
  const choice = chatChoice(wanted ?? 'auto', { placed, names, hosts: (tools ?? []).length > 0 });
  if (placed.length === 0) return { paths: [] };
  return {
    tools: placed.map(({ tool }) => tool),
    paths: placed.map(({ path }) => path),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(typeof parallel === 'boolean' && { parallel_tool_calls: parallel }),
  };
}

function placedTools(
  tool: Tool,
  path: string,
  { names, ignored }: { readonly names: FlatNames; readonly ignored: Set<string> },
): Placed[] {
  if (tool.type === 'function') return [{ tool: functionTool(tool, tool.name), path }];
  if (tool.type === 'custom') return [{ tool: customTool(tool, tool.name), path }];
  if (tool.type === 'namespace') {
    return tool.tools.map((inner, at) => {
      const name = names.of({ name: inner.name, namespace: tool.name });
      const made = inner.type === 'function' ? functionTool(inner, name) : customTool(inner, name);
      return { tool: made, path: `${path}.tools[${at}]` };
    });
  }
  ignored.add(`tools.${tool.type}`);
  return [];
}

function functionTool(tool: FunctionTool | FunctionToolParam, name: string): ChatTool {
  const { description, parameters, strict } = tool;
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
  const all = placed.map(({ tool }) => (tool.type === 'function' ? tool.function.name : tool.custom.name));
  if (all.includes(flat)) return flat;
  return all.find((name) => names.namesOf(name).name === wanted.name) ?? flat;
}
