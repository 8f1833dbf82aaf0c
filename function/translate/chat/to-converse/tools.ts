import type {
  OutputConfig,
  Tool,
  ToolChoice,
  ToolConfiguration,
  ToolSpecification,
} from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import {
  callableTools,
  requestedTools,
  type RequestedTools,
  type ToolDefinition,
  type RequestedToolChoice,
} from './tool-definitions.ts';
import { jsonOutput, nativeFormat, type JsonOutput, type JsonTool } from './json-output.ts';
import { unsupported } from './refusal.ts';
import { limitStrictSchemas, mustCall } from './strict-schemas.ts';
import { toolNamesOf } from './tool-names.ts';
import type { TranslationState } from './translation-state.ts';

/** What the model is given to call, and how it is made to. */
export interface PreparedTools {
  /** Absent when the model is to call nothing: tool blocks of the history must then become text. */
  readonly config: ToolConfiguration | undefined;
  /** The native JSON format, where the family takes one. */
  readonly format: OutputConfig | undefined;
  /** Anthropic's own tool_choice, for what Converse's cannot say. */
  readonly fields: JsonObject;
  /** What cannot be forced is asked for, at the end of the system text. */
  readonly instructions: readonly string[];
  /** Whether the answer is a forced call or JSON, so that it cannot go on where the assistant's last message ends. */
  readonly beginsAnew: boolean;
  readonly jsonTool: string | undefined;
  /** The property of that tool which holds the answer, where the whole input does not. */
  readonly jsonWrapper: string | undefined;
  /** Whether the text of the answer is to be JSON, by an instruction alone. */
  readonly jsonText: boolean;
  readonly customTools: ReadonlySet<string>;
  readonly functionCall: boolean;
}

/** Tools and their choice in Converse names; `jsonTool` is the one that the gateway adds for a JSON answer. */
interface ToolsAndChoice {
  readonly tools: readonly ToolDefinition[];
  readonly choice: { readonly kind: 'auto' | 'required' } | { readonly kind: 'tool'; readonly name: string };
  readonly jsonTool: string | undefined;
}

/** The tools, the tool choice and the JSON format of a request. Throws an ApiError 400 for what the model cannot do. */
export function prepareTools(state: TranslationState, thinks: boolean): PreparedTools {
  const schemas = { requested: requestedTools(state), json: jsonOutput(state, thinks) };
  const { requested, json } = limitStrictSchemas(schemas, state);
  const usable = callableTools(requested);
  if (usable.length > 0 && state.family.tools === 'none')
    throw unsupported(requested.param, `Unsupported parameter: '${requested.param}' is not supported with this model.`);
  const wanted = withAnswerTool(requested, usable, { state, json });
  const enforced = enforceChoice(wanted, { state, thinks, requested });
  // A model that need not call a tool may answer in words, and nothing makes those JSON.
  const isAsked = wanted.choice.kind !== 'auto' && enforced.choice === undefined;
  const jsonText = json.kind === 'text' && !mustCall(requested);
  if (jsonText || (isAsked && (json.kind === 'tool' || json.kind === 'text'))) state.ignored.add('response_format');
  const serial = isSerial(state, requested, usable);
  const { choice } = enforced;
  const config = {
    tools: enforced.tools.flatMap(specAndMark),
    ...withoutUndefined({ toolChoice: serial ? undefined : choice }),
  };
  return {
    config: enforced.tools.length > 0 ? config : undefined,
    format: json.kind === 'native' ? nativeFormat(json) : undefined,
    fields: serial ? serialChoice(choice) : {},
    instructions: [
      ...enforced.instructions,
      ...(json.kind === 'text' && jsonText ? [jsonInstruction(json, usable.length > 0)] : []),
    ],
    beginsAnew: choice !== undefined || json.kind !== 'none',
    jsonTool: wanted.jsonTool,
    jsonWrapper: json.kind === 'tool' ? json.wrapper : undefined,
    jsonText,
    customTools: new Set(usable.filter(({ custom }) => custom).map(({ spec }) => spec.name)),
    functionCall: requested.param === 'functions',
  };
}

function withAnswerTool(
  requested: RequestedTools,
  usable: readonly ToolDefinition[],
  { state, json }: { state: TranslationState; json: JsonOutput },
): ToolsAndChoice {
  if (json.kind !== 'tool' || mustCall(requested))
    return { tools: usable, choice: converseChoice(requested.choice, state), jsonTool: undefined };
  const name = toolNamesOf(state).reserve('json_answer');
  if (json.names.size > 0) state.properties.set(name, json.names);
  // With tools beside it one of them must be called: either a real one, or the answer.
  const forced = usable.length > 0 ? ({ kind: 'required' } as const) : ({ kind: 'tool', name } as const);
  return { tools: [...usable, answerTool(name, json)], choice: forced, jsonTool: name };
}

function answerTool(name: string, { schema, strict, description }: JsonTool): ToolDefinition {
  const spec = {
    name,
    description,
    inputSchema: { json: strict ?? schema },
    ...withoutUndefined({ strict: strict && true }),
  };
  return { spec, name, custom: false, marked: false };
}

function converseChoice(choice: RequestedToolChoice, state: TranslationState): ToolsAndChoice['choice'] {
  if (choice.kind === 'tool') return { kind: 'tool', name: toolNamesOf(state).of(choice.name) };
  return { kind: choice.kind === 'required' ? 'required' : 'auto' };
}

interface EnforcedChoice {
  readonly tools: readonly ToolDefinition[];
  readonly choice: ToolChoice | undefined;
  readonly instructions: readonly string[];
}

/** Forces where the family can be forced; asks where it cannot, and says that it only asked. */
function enforceChoice(
  wanted: ToolsAndChoice,
  { state, thinks, requested }: { state: TranslationState; thinks: boolean; requested: RequestedTools },
): EnforcedChoice {
  const { choice } = wanted;
  const { family, ignored } = state;
  // Saying `auto` is saying nothing, and some families refuse even that.
  if (choice.kind === 'auto') return { tools: wanted.tools, choice: undefined, instructions: [] };
  const named = choice.kind === 'tool' ? choice.name : undefined;
  const mine = named === undefined ? wanted.tools : wanted.tools.filter(({ spec }) => spec.name === named);
  if (family.forced === 'none' || (thinks && !family.forcedWhileThinking)) {
    if (wanted.jsonTool === undefined) ignored.add(requested.choiceParam);
    return { tools: mine, choice: undefined, instructions: [instruction(wanted, named)] };
  }
  if (named === undefined) return { tools: wanted.tools, choice: { any: {} }, instructions: [] };
  if (family.forced === 'any-or-tool')
    return { tools: wanted.tools, choice: { tool: { name: named } }, instructions: [] };
  // "Any" of one is that one.
  return { tools: mine, choice: { any: {} }, instructions: [] };
}

function instruction({ jsonTool }: ToolsAndChoice, named: string | undefined): string {
  if (jsonTool !== undefined) return `Give your answer by calling the tool ${jsonTool} once; write nothing else.`;
  if (named !== undefined) return `You must call the tool ${named} now.`;
  return 'You must call one of the tools now.';
}

function jsonInstruction({ schema }: { readonly schema: JsonObject | undefined }, hasTools: boolean): string {
  const when = hasTools ? 'When you do not call a tool, answer' : 'Answer';
  const rule = schema === undefined ? '' : ` It must satisfy this JSON schema: ${JSON.stringify(schema)}`;
  return `${when} with one JSON object and nothing else.${rule}`;
}

/** Whether at most one call at a time is wanted and can be had; the old `functions` never meant more. */
function isSerial(
  { request, family, ignored }: TranslationState,
  requested: RequestedTools,
  usable: readonly ToolDefinition[],
): boolean {
  const wished = request.parallel_tool_calls === false || requested.param === 'functions';
  if (!wished || usable.length === 0) return false;
  if (!family.serialCalls && requested.param === 'tools') ignored.add('parallel_tool_calls');
  return family.serialCalls;
}

/** Anthropic's `tool_choice`, which replaces Converse's and is refused without a `type`. */
function serialChoice(choice: ToolChoice | undefined): JsonObject {
  const named = choice && 'tool' in choice ? { name: choice.tool.name } : {};
  const type = choice === undefined ? 'auto' : 'tool' in choice ? 'tool' : 'any';
  return { tool_choice: { type, ...named, disable_parallel_tool_use: true } };
}

function specAndMark({ spec, marked }: { spec: ToolSpecification; marked: boolean }): Tool[] {
  return marked ? [{ toolSpec: spec }, { cachePoint: { type: 'default' } }] : [{ toolSpec: spec }];
}
