import { isObject } from '../dialects/json.ts';
import type {
  CallerField,
  Catalog,
  CatalogEntry,
  ChatTemplate,
  BackendFactsByName,
  RegisteredCaller,
  MaxTokensField,
} from './catalog.ts';
import type { DefaultMaxOutput } from './family.ts';
import { isName, maxNameLength } from './names.ts';
import { isTarget } from './targets.ts';

/** What is wrong with a catalog, in words for its deployer; they may quote it. */
export class Flaw extends Error {}

type Members = Readonly<Record<string, unknown>>;

/** A typed catalog of what `catalog.json` holds. Throws a Flaw that names the key at fault: it is the deployer's to read. */
export function checkCatalog(value: unknown, backendFacts: BackendFactsByName): Catalog {
  const {
    models,
    allowUnmappedBedrockModels,
    callers,
    callersMaySet,
    jwt,
    limits,
    prices,
    storage,
    mcp,
    guardrail,
    chatTemplates,
    openaiFields,
    ...unknown
  } = fieldsOf(value, 'the catalog');
  refuseUnknown(unknown, 'the catalog');
  if (typeof allowUnmappedBedrockModels !== 'boolean')
    throw flaw('allowUnmappedBedrockModels', 'must be true or false');
  return {
    models: mapEntries(models, 'models', (name, entry) => checkEntry(name, entry, backendFacts)),
    allowUnmappedBedrockModels,
    callers: list(callers ?? [], 'callers').map((caller, index) => checkCaller(caller, `callers[${index}]`)),
    callersMaySet: list(callersMaySet ?? [], 'callersMaySet').map(checkCallerField),
    ...(jwt !== undefined && { jwt }),
    ...(limits !== undefined && { limits }),
    ...(prices !== undefined && { prices }),
    ...(storage !== undefined && { storage }),
    ...(mcp !== undefined && { mcp }),
    ...(guardrail !== undefined && { guardrail: checkGuardrail(guardrail) }),
    ...(openaiFields !== undefined && {
      openaiFields: list(openaiFields, 'openaiFields').map((name, index) => text(name, `openaiFields[${index}]`)),
    }),
    chatTemplates: mapEntries(chatTemplates ?? {}, 'chatTemplates', checkTemplate),
  };
}

/** One entry of `models`. Throws a Flaw that names the key at fault. */
export function checkEntry(name: string, value: unknown, backendFacts: BackendFactsByName): CatalogEntry {
  const key = `models[${JSON.stringify(name)}]`;
  if (!isName(name))
    throw flaw(key, `must be a name of 1 to ${maxNameLength} printable ASCII characters without blanks`);
  if (name.slice(0, -1).includes('*')) throw flaw(key, 'may have a * at its end, and nowhere else');
  const { target, fallbacks, family, chatTemplate, defaultMaxOutput, maxTokensField, ...unknown } = fieldsOf(
    value,
    key,
  );
  refuseUnknown(unknown, key);
  if (family !== undefined && (typeof family !== 'string' || !isName(family))) {
    throw flaw(`${key}.family`, 'must be the id of a model of the family, such as anthropic.claude-sonnet-5');
  }
  const targetAt = (place: string, written: unknown): string => checkTarget(written, place, backendFacts);
  return {
    target: targetAt(`${key}.target`, target),
    ...(fallbacks !== undefined && {
      fallbacks: list(fallbacks, `${key}.fallbacks`).map((each, index) => targetAt(`${key}.fallbacks[${index}]`, each)),
    }),
    ...(family !== undefined && { family }),
    ...(chatTemplate !== undefined && { chatTemplate: text(chatTemplate, `${key}.chatTemplate`) }),
    ...(defaultMaxOutput !== undefined && {
      defaultMaxOutput: checkMaxOutput(defaultMaxOutput, `${key}.defaultMaxOutput`),
    }),
    ...(maxTokensField !== undefined && { maxTokensField: checkField(maxTokensField, `${key}.maxTokensField`) }),
  };
}

function checkMaxOutput(value: unknown, key: string): DefaultMaxOutput {
  if (value === 'model' || (typeof value === 'number' && Number.isInteger(value) && value > 0)) return value;
  throw flaw(key, 'must be a number of tokens, or model');
}

function checkField(value: unknown, key: string): MaxTokensField {
  if (value === 'max_tokens' || value === 'max_completion_tokens') return value;
  throw flaw(key, 'must be max_tokens or max_completion_tokens');
}

function checkTarget(value: unknown, key: string, backendFacts: BackendFactsByName): string {
  if (typeof value === 'string' && isTarget(value, backendFacts)) return value;
  throw flaw(key, 'must be <backend>:<model>, such as bedrock:us.amazon.nova-pro-v1:0');
}

function checkCaller(value: unknown, key: string): RegisteredCaller {
  const { id, sha256, models, project, ...unknown } = fieldsOf(value, key);
  refuseUnknown(unknown, key);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw flaw(`${key}.sha256`, 'must be 64 lower-case hexadecimal digits');
  }
  return {
    id: text(id, `${key}.id`),
    sha256,
    ...(models !== undefined && {
      models: list(models, `${key}.models`).map((name, index) => text(name, `${key}.models[${index}]`)),
    }),
    ...(project !== undefined && { project: text(project, `${key}.project`) }),
  };
}

const callerFields: ReadonlySet<unknown> = new Set<CallerField>([
  's3Location',
  'promptVariables',
  'guardrailConfig',
  'serviceTier',
  'performanceConfig',
]);

function checkCallerField(value: unknown): CallerField {
  if (isCallerField(value)) return value;
  throw flaw('callersMaySet', `must list some of ${[...callerFields].join(', ')}`);
}

function isCallerField(value: unknown): value is CallerField {
  return callerFields.has(value);
}

function checkGuardrail(value: unknown): { identifier: string; version: string } {
  const { identifier, version, ...unknown } = fieldsOf(value, 'guardrail');
  refuseUnknown(unknown, 'guardrail');
  return { identifier: text(identifier, 'guardrail.identifier'), version: text(version, 'guardrail.version') };
}

function checkTemplate(name: string, value: unknown): ChatTemplate {
  const key = `chatTemplates[${JSON.stringify(name)}]`;
  const { template, stop, ...unknown } = fieldsOf(value, key);
  refuseUnknown(unknown, key);
  return {
    template: text(template, `${key}.template`),
    stop: list(stop ?? [], `${key}.stop`).map((each, index) => text(each, `${key}.stop[${index}]`)),
  };
}

function mapEntries<Entry>(
  value: unknown,
  key: string,
  check: (name: string, entry: unknown) => Entry,
): Readonly<Record<string, Entry>> {
  const entries = Object.entries(fieldsOf(value, key));
  return Object.fromEntries(entries.map(([name, entry]) => [name, check(name, entry)] as const));
}

function refuseUnknown(unknown: Members, key: string): void {
  const [first] = Object.keys(unknown);
  if (first !== undefined) throw flaw(key, `has no member ${JSON.stringify(first)}`);
}

function fieldsOf(value: unknown, key: string): Members {
  if (isObject(value)) return value;
  throw flaw(key, 'must be an object');
}

function list(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw flaw(key, 'must be a list');
}

function text(value: unknown, key: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw flaw(key, 'must be text');
}

function flaw(key: string, must: string): Flaw {
  return new Flaw(`catalog.json: ${key} ${must}.`);
}
