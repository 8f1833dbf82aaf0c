import type { KeywordCxt, CodeKeywordDefinition, _ as template } from 'ajv';
import { selfContained, type JsonSchema } from './extract/json-schema.ts';

/** Blocks that no translation looks into: they are passed over or refused whole, so that they are objects is enough. */
const opaqueDefinitions: ReadonlySet<string> = new Set([
  'AudioBlock',
  'CitationsConfig',
  'CitationsContentBlock',
  'ErrorBlock',
  'SearchResultBlock',
  'ToolAdditionBlock',
  'ToolRemovalBlock',
  'VideoBlock',
]);

interface WithUnion extends JsonSchema {
  /** Members of which an object has exactly one; others, which this model does not know, are not counted. */
  union?: string[];
}

/**
 * The schema of Converse requests as the gateway reads them, in little more than half of the strict schema's code: blocks that nobody
 * translates stay closed, and a union is one keyword, whose error is the union's own and not that of its last variant.
 */
export function asRead({ $defs = {}, ...root }: JsonSchema): JsonSchema {
  const definitions = Object.entries($defs).map(
    ([name, definition]) => [name, opaqueDefinitions.has(name) ? { type: 'object' } : counted(definition)] as const,
  );
  return selfContained(counted(root), new Map(definitions));
}

function counted({ oneOf, ...rest }: JsonSchema): WithUnion {
  return oneOf === undefined ? rest : { ...rest, union: oneOf.flatMap(({ required = [] }) => required) };
}

/** The keyword that `asRead` writes; ajv's own template tag is handed in, since ajv is loaded only when needed. */
export function unionKeyword(code: typeof template): CodeKeywordDefinition {
  return {
    keyword: 'union',
    type: 'object',
    schemaType: 'array',
    error: {
      message: 'must have exactly one known member',
      params: ({ schema }) => code`{members: ${[schema].flat().join(', ')}}`,
    },
    code: (context: KeywordCxt) => {
      const counts = membersOf(context).map((member) => code`(${context.data}[${String(member)}] !== undefined)`);
      const [first = code`0`, ...others] = counts;
      context.pass(code`${others.reduce((sum, count) => code`${sum} + ${count}`, first)} === 1`);
    },
  };
}

function membersOf({ schema }: KeywordCxt): unknown[] {
  return Array.isArray(schema) ? schema : [];
}
