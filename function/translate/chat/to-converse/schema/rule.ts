import { isObject, type JsonObject } from '../../../../dialects/json.ts';
import { toWellFormed } from '../../../../dialects/well-formed.ts';
import type { Choice, Flat } from './flat.ts';
import { valuesOf } from './merge.ts';

/** A rule longer than this is cut: a description that is a schema of megabytes helps no model. */
const maxRuleLength = 4000;
/** And so many branches of it are told. */
const maxBranches = 50;

const sentences: Readonly<Record<Choice['kind'], string>> = {
  anyOf: 'Give at least one of',
  oneOf: 'Give exactly one of',
};

/** What the combinators of a root said, in words: of a choice among properties what to give, of all else the schema itself. */
export function ruleOf(schema: JsonObject, { choices, partial }: Flat): string | undefined {
  const isNested = choices.some(({ branches }) => branches.some((branch) => branch.choices.length > 0));
  if (partial || isNested) return schemaRule(schema);
  const told = choices.filter(({ branches }) => branches.length > 1).map(choiceRule);
  return told.length > 0 ? cut(told.join(' ')) : undefined;
}

/** A schema that its tool can only be told of. */
export function schemaRule(schema: object): string {
  return cut(`The arguments must satisfy this JSON schema: ${toWellFormed(JSON.stringify(schema))}`);
}

function choiceRule({ kind, branches }: Choice): string {
  const told = branches.slice(0, maxBranches).map(terms);
  if (branches.length > told.length) told.push('…');
  return `${sentences[kind]}: ${told.join('; ')}.`;
}

/** The properties that tell a branch from the others: those that it requires, and those that have one value in it. */
function terms({ properties, required }: Flat): string {
  const fixed = new Map([...properties].flatMap(([name]) => constant(name, properties)));
  const names = new Set([...required, ...fixed.keys()]);
  const said = [...names].map((name) => (fixed.has(name) ? `${name} = ${fixed.get(name)}` : name));
  if (said.length > 0) return said.join(' and ');
  return properties.size > 0 ? `any of ${[...properties.keys()].join(', ')}` : 'nothing of these';
}

function constant(name: string, properties: Flat['properties']): [string, string][] {
  const [only, ...others] = properties.get(name)?.values() ?? [];
  const values = isObject(only) && others.length === 0 ? valuesOf(only) : [];
  return values.length === 1 ? [[name, toWellFormed(JSON.stringify(values[0]))]] : [];
}

function cut(text: string): string {
  return text.length > maxRuleLength ? `${text.slice(0, maxRuleLength)}…` : text;
}
