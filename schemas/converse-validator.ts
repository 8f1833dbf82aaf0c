import type { KeywordCxt, CodeKeywordDefinition, _ as template } from 'ajv';
import { selfContained, type JsonSchema } from './extract/json-schema.ts';

/** Blocks that no translation reads: they are ignored or refused as a whole, so any object is valid. */
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
  /** Names of fields, of which an object must have exactly one; other fields, which the model does not know, are not counted. */
  union?: string[];
}

/**
 * The schema of Converse requests for the gateway, which compiles to little more than half of the strict schema's code: blocks
 * that no translation reads are plain objects, and a union is one keyword with an error of its own.
 */
export function gatewaySchema({ $defs = {}, ...root }: JsonSchema): JsonSchema {
  const definitions = Object.entries($defs).map(
    ([name, definition]) =>
      [name, opaqueDefinitions.has(name) ? { type: 'object' } : withUnionKeyword(definition)] as const,
  );
  return selfContained(withUnionKeyword(root), new Map(definitions));
}

function withUnionKeyword({ oneOf, ...rest }: JsonSchema): WithUnion {
  return oneOf === undefined ? rest : { ...rest, union: oneOf.flatMap(({ required = [] }) => required) };
}

/** The keyword `union` of `gatewaySchema`; ajv's template tag is an argument, since ajv is loaded only when needed. */
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
      const counts = fieldNames(context).map((member) => code`(${context.data}[${String(member)}] !== undefined)`);
      const [first = code`0`, ...others] = counts;
      context.pass(code`${others.reduce((sum, count) => code`${sum} + ${count}`, first)} === 1`);
    },
  };
}

function fieldNames({ schema }: KeywordCxt): unknown[] {
  return Array.isArray(schema) ? schema : [];
}
