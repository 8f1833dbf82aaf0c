import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { ToolSpecification } from '../../../dialects/converse.gen.ts';
import { isObject, type JsonObject } from '../../../dialects/json.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { checkToolName } from '../../openai/check-tool-names.ts';
import { invalid, quotableName } from './refusal.ts';
import { roomOfRequest } from './schema/inline-references.ts';
import { strictSchema } from './schema/strict.ts';
import { objectSchema, toolSchema } from './schema/tool.ts';
import { toolNamesOf } from './tool-names.ts';
import { isMarked, type TranslationState } from './translation-state.ts';

/** One tool of the caller, whatever form it came in. */
export interface ToolDefinition {
  readonly spec: ToolSpecification;
  /** What the caller calls it. */
  readonly name: string;
  readonly custom: boolean;
  /** The schema that it can be held to, where the caller wants that. */
  readonly strict?: JsonObject;
  /** A cache point is wanted after it. */
  readonly marked: boolean;
}

/** Which of the tools the model must, may or must not call; names are the caller's. */
export type RequestedToolChoice =
  | { readonly kind: 'auto' | 'required'; readonly among?: ReadonlySet<string> }
  | { readonly kind: 'none' }
  | { readonly kind: 'tool'; readonly name: string };

/** The caller's tools and choice, in the one form behind OpenAI's several. */
export interface RequestedTools {
  readonly tools: readonly ToolDefinition[];
  readonly choice: RequestedToolChoice;
  /** The field that the tools came in. */
  readonly param: 'tools' | 'functions';
  /** The field that the choice came in. */
  readonly choiceParam: 'tool_choice' | 'function_call';
}

/**
 * Reads tools and tool choice from `tools` or `functions`. Throws an ApiError 400 for a request with both or with an invalid
 * choice.
 */
export function requestedTools(state: TranslationState): RequestedTools {
  const { request } = state;
  if (!request.functions?.length) return fromTools(state);
  if (request.tools?.length) {
    const message = "Invalid value for 'functions': 'functions' and 'tools' cannot both be specified.";
    throw invalid('functions', message);
  }
  return fromFunctions(state);
}

function fromTools(state: TranslationState): RequestedTools {
  const { request } = state;
  const tools = (request.tools ?? []).map((tool, at) => {
    if (tool.type === 'function') return functionTool(tool.function, { param: `tools[${at}].function`, tool, state });
    checkToolName(tool.custom.name, `tools[${at}].custom.name`);
    return customTool(tool, state);
  });
  checkOnce(tools, (at) => `tools[${at}]`);
  if (tools.length === 0) checkWithoutTools(request);
  if (request.function_call) throw onlyWith('function_call', 'functions');
  const requested = { tools, param: 'tools', choiceParam: 'tool_choice' } as const;
  return { ...requested, choice: checkChoice(choice(request), tools, requested.choiceParam) };
}

function fromFunctions(state: TranslationState): RequestedTools {
  const { request } = state;
  checkWithoutTools(request);
  const tools = (request.functions ?? []).map((tool, at) =>
    functionTool(tool, { param: `functions[${at}]`, tool, state }),
  );
  checkOnce(tools, (at) => `functions[${at}]`);
  const { function_call: call } = request;
  const requested = { tools, param: 'functions', choiceParam: 'function_call' } as const;
  const named: RequestedToolChoice =
    typeof call === 'object' && call !== null ? { kind: 'tool', name: call.name } : { kind: call ?? 'auto' };
  return { ...requested, choice: checkChoice(named, tools, requested.choiceParam) };
}

/** Throws OpenAI's 400 for a tool choice, or `parallel_tool_calls`, without tools. */
function checkWithoutTools(request: ChatRequest): void {
  if (request.tool_choice) throw onlyWith('tool_choice', 'tools');
  if (typeof request.parallel_tool_calls === 'boolean') throw onlyWith('parallel_tool_calls', 'tools');
}

function onlyWith(name: string, needed: string): Error {
  return invalid(name, `Invalid value for '${name}': '${name}' is only allowed when '${needed}' are specified.`);
}

function choice({ tool_choice: given }: ChatRequest): RequestedToolChoice {
  if (!given) return { kind: 'auto' };
  if (typeof given === 'string') return { kind: given };
  if (given.type === 'function') return { kind: 'tool', name: given.function.name };
  if (given.type === 'custom') return { kind: 'tool', name: given.custom.name };
  const { mode, tools } = given.allowed_tools;
  const among = new Set(tools.map(allowedName));
  if (among.size > 0) return { kind: mode, among };
  if (mode === 'auto') return { kind: 'none' };
  throw invalid(
    'tool_choice.allowed_tools.tools',
    "Invalid 'tool_choice.allowed_tools.tools': 'required' needs a tool.",
  );
}

/** `{"type": "function", "function": {"name": "…"}}`, and what the Responses API writes: `{"type": "function", "name": "…"}`. */
function allowedName(tool: JsonObject, at: number): string {
  const held = [tool['function'], tool['custom'], tool].find(
    (value) => isObject(value) && typeof value['name'] === 'string',
  );
  const name = isObject(held) ? held['name'] : undefined;
  if (typeof name === 'string') return name;
  const param = `tool_choice.allowed_tools.tools[${at}]`;
  throw invalid(param, `Invalid '${param}': expected a tool with a name.`);
}

function checkChoice(
  wanted: RequestedToolChoice,
  tools: readonly ToolDefinition[],
  param: string,
): RequestedToolChoice {
  const names = new Set(tools.map(({ name }) => name));
  const missing = wantedNames(wanted).find((name) => !names.has(name));
  if (missing === undefined) return wanted;
  throw invalid(param, `Invalid value for '${param}': no tool of that name is in the request.`);
}

function wantedNames(wanted: RequestedToolChoice): string[] {
  if (wanted.kind === 'tool') return [wanted.name];
  return 'among' in wanted ? [...(wanted.among ?? [])] : [];
}

/** Bedrock refuses two tools of one name, and a call could not be told apart. */
function checkOnce(tools: readonly ToolDefinition[], path: (at: number) => string): void {
  const seen = new Set<string>();
  tools.forEach(({ name }, at) => {
    if (seen.has(name)) throw invalid(path(at), `Invalid '${path(at)}': another tool has the same name.`);
    seen.add(name);
  });
}

interface FunctionPlace {
  readonly param: string;
  /** What the function was in: marks of other vendors are on it. */
  readonly tool: object;
  readonly state: TranslationState;
}

interface FunctionTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: JsonObject;
  readonly strict?: boolean | null;
}

function functionTool(
  { name, description, parameters, strict }: FunctionTool,
  { param, tool, state }: FunctionPlace,
): ToolDefinition {
  checkToolName(name, `${param}.name`);
  const given = parameters && Object.keys(parameters).length > 0 ? parameters : { type: 'object', properties: {} };
  const schema = objectSchema(given);
  if (schema === undefined) {
    const message = `Invalid schema for function '${quotableName(name)}': schema must be a JSON Schema of 'type: "object"'.`;
    throw invalid(`${param}.parameters`, message, 'invalid_function_parameters');
  }
  const shaped = toolSchema(schema, state.family.toolSchemas, (state.room ??= roomOfRequest()));
  const closed = strict === true && state.strict && state.family.strictTools ? strictSchema(shaped.schema) : undefined;
  if (strict === true && closed === undefined) state.ignored.add('tools.function.strict');
  const converseName = toolNamesOf(state).of(name);
  if (shaped.names.size > 0) state.properties.set(converseName, shaped.names);
  const spec = {
    name: converseName,
    ...descriptionOf(description, shaped.notes),
    inputSchema: { json: shaped.schema },
  };
  return { spec, name, custom: false, marked: isMarked(tool), ...withoutUndefined({ strict: closed }) };
}

/** The tools that the model may call at all. Converse has no `none`: they are withheld. */
export function callableTools({
  tools: all,
  choice: wanted,
}: Pick<RequestedTools, 'tools' | 'choice'>): readonly ToolDefinition[] {
  if (wanted.kind === 'none') return [];
  const among = 'among' in wanted ? wanted.among : undefined;
  return among ? all.filter(({ name }) => among.has(name)) : all;
}

type CustomTool = Extract<NonNullable<ChatRequest['tools']>[number], { type: 'custom' }>;

/** Converse knows no tools of free text: the text is one string of an object. */
function customTool(tool: CustomTool, state: TranslationState): ToolDefinition {
  const { name, description, format } = tool.custom;
  const grammar = format?.type === 'grammar' ? format.grammar : undefined;
  // A grammar can be asked for, not enforced.
  if (grammar) state.ignored.add('tools.custom.format');
  const rule = grammar && `It must match this ${grammar.syntax} grammar:\n${grammar.definition}`;
  const input = {
    type: 'string',
    description: ["The tool's whole input, as plain text.", rule].filter(Boolean).join(' '),
  };
  const json = { type: 'object', properties: { input }, required: ['input'] };
  const spec = { name: toolNamesOf(state).of(name), ...descriptionOf(description), inputSchema: { json } };
  return { spec, name, custom: true, marked: isMarked(tool) };
}

/** Bedrock refuses an empty description. */
function descriptionOf(description: string | undefined, notes: readonly string[] = []): { description?: string } {
  const paragraphs = [description ?? '', ...notes].filter((text) => text.trim() !== '');
  return paragraphs.length === 0 ? {} : { description: paragraphs.join('\n\n') };
}
