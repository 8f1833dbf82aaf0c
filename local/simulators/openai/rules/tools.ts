import { asArray, asObject, asString } from '../../../json.ts';
import { invalid } from '../openai-error.ts';
import { nameOf, type ChatRequest, type FunctionTool } from '../wire.ts';

const namePattern = /^[a-zA-Z0-9_-]+$/;
const maxNameLength = 64;

/** Tools that are well formed, and a choice among them; an empty list is none. */
export function checkTools(request: ChatRequest): void {
  const { tools, functions } = request;
  for (const [index, tool] of (tools ?? []).entries()) {
    checkName(nameOf(tool), `tools[${index}].${tool.type}.name`);
    if (tool.function !== undefined) checkParameters(tool.function, `tools[${index}].function.parameters`);
  }
  for (const [index, tool] of (functions ?? []).entries()) {
    checkName(tool.name, `functions[${index}].name`);
    checkParameters(tool, `functions[${index}].parameters`);
  }
  checkChoice(request);
}

function checkChoice({ tools, tool_choice: choice, parallel_tool_calls: parallel }: ChatRequest): void {
  const absent = (tools ?? []).length === 0;
  if (absent && choice !== undefined && choice !== null && choice !== 'none') throw onlyWithTools('tool_choice');
  if (absent && parallel !== undefined && parallel !== null) throw onlyWithTools('parallel_tool_calls');
  if (typeof choice !== 'object' || choice === null) return;
  const names = new Set((tools ?? []).map(nameOf));
  const wanted = choice.allowed_tools === undefined ? [choice] : choice.allowed_tools.tools;
  const unknown = wanted.map(nameOf).find((name) => !names.has(name));
  if (unknown !== undefined)
    throw invalid(
      `Invalid value for 'tool_choice': no function named '${unknown}' was specified in the 'tools' parameter.`,
      'tool_choice',
    );
}

function onlyWithTools(param: string): Error {
  return invalid(`Invalid value for '${param}': '${param}' is only allowed when 'tools' are specified.`, param);
}

function checkName(name: string, param: string): void {
  if (!namePattern.test(name))
    throw invalid(
      `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${namePattern.source}'.`,
      param,
      'invalid_value',
    );
  if (name.length > maxNameLength)
    throw invalid(
      `Invalid '${param}': string too long. Expected a string with maximum length ${maxNameLength}, but got a string with length ${name.length} instead.`,
      param,
      'string_above_max_length',
    );
}

function checkParameters({ name, parameters, strict }: FunctionTool, param: string): void {
  if (parameters === undefined) return;
  const refuse = (why: string) =>
    invalid(`Invalid schema for function '${name}': ${why}`, param, 'invalid_function_parameters');
  if (parameters['type'] !== 'object')
    throw refuse(
      `schema must be a JSON Schema of 'type: "object"', got 'type: "${asString(parameters['type']) ?? 'None'}"'.`,
    );
  if (strict === true) checkStrict(parameters, { refuse, context: [] });
}

/** How a schema that cannot be enforced is refused, and the path to it. */
export interface Strictness {
  readonly refuse: (why: string) => Error;
  readonly context: readonly string[];
}

/**
 * What a schema must have to be enforced: closed objects whose members are all required, at every depth. Throws what `refuse`
 * returns.
 */
export function checkStrict(schema: unknown, { refuse, context }: Strictness): void {
  const node = asObject(schema);
  if (node === undefined) return;
  const at = `In context=(${context.map((step) => `'${step}'`).join(', ')})`;
  const properties = asObject(node['properties']);
  if (node['type'] === 'object' && node['additionalProperties'] !== false)
    throw refuse(`${at}, 'additionalProperties' is required to be supplied and to be false.`);
  const required = asArray(node['required']) ?? [];
  const missing = Object.keys(properties ?? {}).find((name) => !required.includes(name));
  if (missing !== undefined)
    throw refuse(
      `${at}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`,
    );
  const inner = [
    ...Object.entries(properties ?? {}).map(([name, value]) => [['properties', name], value] as const),
    ...Object.entries(asObject(node['$defs']) ?? {}).map(([name, value]) => [['$defs', name], value] as const),
    ...(asArray(node['anyOf']) ?? []).map((value, index) => [['anyOf', String(index)], value] as const),
    [['items'], node['items']] as const,
  ];
  for (const [steps, value] of inner) checkStrict(value, { refuse, context: [...context, ...steps] });
}
