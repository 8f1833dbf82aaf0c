import { callableTools, type RequestedTools, type ToolDefinition } from './tool-definitions.ts';
import type { JsonOutput } from './json-output.ts';
import { strictness, withoutNullTypes, type Strictness } from './schema/limits.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import type { TranslationState } from './translation-state.ts';

/** What a request has of schemas: its tools, and the answer that is to be JSON. */
export interface Schemas {
  readonly requested: RequestedTools;
  readonly json: JsonOutput;
}

/**
 * The tools and the format of a request, held to their schemas as far as the model takes it: its limits count over the whole
 * request. Beyond them none is, and what the caller asked for is named.
 */
export function limitStrictSchemas({ requested, json }: Schemas, state: TranslationState): Schemas {
  const tools = callableTools(requested)
    .map(({ strict }) => strict)
    .filter((strict) => strict !== undefined);
  const format = formatOf({ requested, json });
  if (tools.length === 0 && format === undefined) return { requested, json };
  const count = tools.length + (json.kind === 'tool' && format ? 1 : 0);
  const level = strictness(format ? [...tools, format] : tools, count);
  if (level === 'none') nameStrict(state, tools.length > 0);
  if (level === 'without nulls') nameNulls(state, { tools, format });
  return {
    requested: { ...requested, tools: requested.tools.map((tool) => withStrictness(tool, level)) },
    json: formatWithStrictness(json, level),
  };
}

/** The strict schema of the answer; none where a tool must be called first. */
function formatOf({ requested, json }: Schemas): JsonObject | undefined {
  if (json.kind === 'native') return json.strict;
  return json.kind === 'tool' && !mustCall(requested) ? json.strict : undefined;
}

/** Whether the model must call a tool of the caller's, so that it gives no answer yet that could be JSON. */
export function mustCall(requested: RequestedTools): boolean {
  return (
    (requested.choice.kind === 'tool' || requested.choice.kind === 'required') && callableTools(requested).length > 0
  );
}

/** A schema that takes null no more is not quite the caller's. */
function nameNulls(
  { ignored }: TranslationState,
  { tools, format }: { tools: readonly JsonObject[]; format: JsonObject | undefined },
): void {
  if (tools.some(holdsNulls)) ignored.add('tools.function.parameters');
  if (format !== undefined && holdsNulls(format)) ignored.add('response_format.json_schema.schema');
}

function holdsNulls(schema: JsonObject): boolean {
  return JSON.stringify(withoutNullTypes(schema)) !== JSON.stringify(schema);
}

function nameStrict({ request, ignored }: TranslationState, hasTools: boolean): void {
  if (hasTools) ignored.add('tools.function.strict');
  const format = request.response_format ?? undefined;
  if (format?.type === 'json_schema' && format.json_schema.strict === true)
    ignored.add('response_format.json_schema.strict');
}

function withStrictness(tool: ToolDefinition, level: Strictness): ToolDefinition {
  if (tool.strict === undefined || level === 'none') return tool;
  const json = level === 'whole' ? tool.strict : withoutNullTypes(tool.strict);
  return { ...tool, spec: { ...tool.spec, inputSchema: { json }, strict: true } };
}

function formatWithStrictness(json: JsonOutput, level: Strictness): JsonOutput {
  if ((json.kind !== 'native' && json.kind !== 'tool') || json.strict === undefined || level === 'whole') return json;
  if (level === 'without nulls') return { ...json, strict: withoutNullTypes(json.strict) };
  return json.kind === 'native' ? json.instead() : { ...json, strict: undefined };
}
