import type { Tool, ToolChoice, ToolConfiguration, ToolSpecification } from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { offered, type Asked, type AskedTool, type Choice } from './tool-definitions.ts';
import type { JsonOutput, JsonTool } from './json-output.ts';
import { unsupported } from './refusal.ts';
import { mustCall, type Schemas } from './strictly.ts';
import type { Work } from './work.ts';

/** What the model is given to call, and how it is made to. */
export interface Tools {
  /** Absent when the model is to call nothing: tool blocks of the history must then become text. */
  readonly config: ToolConfiguration | undefined;
  /** Anthropic's own tool_choice, for what Converse's cannot say. */
  readonly fields: JsonObject;
  /** What cannot be forced is asked for, at the end of the system text. */
  readonly instructions: readonly string[];
  readonly forced: boolean;
  readonly jsonTool: string | undefined;
  /** The property of that tool which holds the answer, where the whole input does not. */
  readonly jsonWrapper: string | undefined;
  /** Whether the text of the answer is to be JSON, by an instruction alone. */
  readonly jsonText: boolean;
  readonly customTools: ReadonlySet<string>;
  readonly functionCall: boolean;
}

/** A choice in Converse names; `json` says that it is ours, not the caller's. */
interface Wanted {
  readonly tools: readonly AskedTool[];
  readonly choice: { readonly kind: 'auto' | 'required' } | { readonly kind: 'tool'; readonly name: string };
  readonly jsonTool: string | undefined;
}

export function tools(work: Work, { asked, json }: Schemas, thinks: boolean): Tools {
  const usable = offered(asked);
  if (usable.length > 0 && work.family.tools === 'none')
    throw unsupported(asked.param, `Unsupported parameter: '${asked.param}' is not supported with this model.`);
  const wanted = withJson(asked, usable, { work, json });
  const enforced = enforce(wanted, { work, thinks, asked });
  // A model that need not call a tool may answer in words, and nothing makes those JSON.
  const isAsked = wanted.choice.kind !== 'auto' && enforced.choice === undefined;
  const jsonText = json.kind === 'text' && !mustCall(asked);
  if (jsonText || (isAsked && (json.kind === 'tool' || json.kind === 'text'))) work.ignored.add('response_format');
  const serial = isSerial(work, asked, usable);
  const { choice } = enforced;
  const config = {
    tools: enforced.tools.flatMap(specAndMark),
    ...withoutUndefined({ toolChoice: serial ? undefined : choice }),
  };
  return {
    config: enforced.tools.length > 0 ? config : undefined,
    fields: serial ? serialChoice(choice) : {},
    instructions: [
      ...enforced.instructions,
      ...(json.kind === 'text' && jsonText ? [jsonInstruction(json, usable.length > 0)] : []),
    ],
    forced: choice !== undefined,
    jsonTool: wanted.jsonTool,
    jsonWrapper: json.kind === 'tool' ? json.wrapper : undefined,
    jsonText,
    customTools: new Set(usable.filter(({ custom }) => custom).map(({ spec }) => spec.name)),
    functionCall: asked.param === 'functions',
  };
}

function withJson(
  asked: Asked,
  usable: readonly AskedTool[],
  { work, json }: { work: Work; json: JsonOutput },
): Wanted {
  if (json.kind !== 'tool' || mustCall(asked))
    return { tools: usable, choice: converseChoice(asked.choice, work), jsonTool: undefined };
  const name = work.names.reserve('json_answer');
  if (json.names.size > 0) work.properties.set(name, json.names);
  // With tools beside it one of them must be called: either a real one, or the answer.
  const forced = usable.length > 0 ? ({ kind: 'required' } as const) : ({ kind: 'tool', name } as const);
  return { tools: [...usable, answerTool(name, json)], choice: forced, jsonTool: name };
}

function answerTool(name: string, { schema, strict, description }: JsonTool): AskedTool {
  const spec = {
    name,
    description,
    inputSchema: { json: strict ?? schema },
    ...withoutUndefined({ strict: strict && true }),
  };
  return { spec, name, custom: false, marked: false };
}

function converseChoice(choice: Choice, { names }: Work): Wanted['choice'] {
  if (choice.kind === 'tool') return { kind: 'tool', name: names.of(choice.name) };
  return { kind: choice.kind === 'required' ? 'required' : 'auto' };
}

interface Enforced {
  readonly tools: readonly AskedTool[];
  readonly choice: ToolChoice | undefined;
  readonly instructions: readonly string[];
}

/** Forces where the family can be forced; asks where it cannot, and says that it only asked. */
function enforce(wanted: Wanted, { work, thinks, asked }: { work: Work; thinks: boolean; asked: Asked }): Enforced {
  const { choice } = wanted;
  const { family, ignored } = work;
  // Saying `auto` is saying nothing, and some families refuse even that.
  if (choice.kind === 'auto') return { tools: wanted.tools, choice: undefined, instructions: [] };
  const named = choice.kind === 'tool' ? choice.name : undefined;
  const mine = named === undefined ? wanted.tools : wanted.tools.filter(({ spec }) => spec.name === named);
  if (family.forced === 'none' || (thinks && !family.forcedWhileThinking)) {
    if (wanted.jsonTool === undefined) ignored.add(asked.choiceParam);
    return { tools: mine, choice: undefined, instructions: [instruction(wanted, named)] };
  }
  if (named === undefined) return { tools: wanted.tools, choice: { any: {} }, instructions: [] };
  if (family.forced === 'any-or-tool')
    return { tools: wanted.tools, choice: { tool: { name: named } }, instructions: [] };
  // "Any" of one is that one.
  return { tools: mine, choice: { any: {} }, instructions: [] };
}

function instruction({ jsonTool }: Wanted, named: string | undefined): string {
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
function isSerial({ request, family, ignored }: Work, asked: Asked, usable: readonly AskedTool[]): boolean {
  const wished = request.parallel_tool_calls === false || asked.param === 'functions';
  if (!wished || usable.length === 0) return false;
  if (!family.serialCalls && asked.param === 'tools') ignored.add('parallel_tool_calls');
  return family.serialCalls;
}

/** It replaces Converse's choice, and is refused without its `type`. */
function serialChoice(choice: ToolChoice | undefined): JsonObject {
  const named = choice && 'tool' in choice ? { name: choice.tool.name } : {};
  const type = choice === undefined ? 'auto' : 'tool' in choice ? 'tool' : 'any';
  return { tool_choice: { type, ...named, disable_parallel_tool_use: true } };
}

function specAndMark({ spec, marked }: { spec: ToolSpecification; marked: boolean }): Tool[] {
  return marked ? [{ toolSpec: spec }, { cachePoint: { type: 'default' } }] : [{ toolSpec: spec }];
}
