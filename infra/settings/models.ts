import type { CatalogEntry, MaxTokensField } from '../../function/catalog/catalog.ts';
import { embeddingFamilyOf } from '../../function/catalog/embedding-families.ts';
import type { DefaultMaxOutput } from '../../function/catalog/family.ts';
import { isOpaque } from '../../function/dialects/model-ids.ts';
import {
  arnRegion,
  isModelId,
  isOnBedrock,
  isStackPaid,
  parse,
  takesTemplate,
  target,
  templatePrefixes,
} from './targets.ts';
import type { ConfiguredTarget } from './targets.ts';
import { checkUnsplit } from './holes.ts';
import {
  InvalidValue,
  atPlace,
  isObject,
  json,
  maxOutput,
  mapOf,
  quoted,
  readAll,
  scalar,
  pathStep,
  together,
  within,
} from './values.ts';
import type { Reader } from './values.ts';

type Models = Readonly<Record<string, CatalogEntry>>;

/** A model name that is safe in a path and in a log line, or the beginning of one followed by `*`. */
const namePattern = /^(?:[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}|(?:[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,254})?\*)$/;

/** Fields of an entry; the first one is required. */
const entryFields = ['target', 'fallbacks', 'family', 'chatTemplate', 'defaultMaxOutput', 'maxTokensField'];

/** Reads the model names that callers may request, and their targets. Throws an InvalidValue for any other text. */
export const models: Reader<Models> = (text) => {
  const value = json(text);
  if (!isObject(value)) throw new InvalidValue('must be a map of names to targets');
  const names = Object.keys(value);
  return Object.fromEntries(readAll(Object.entries(value), ([name, each]) => [name, namedEntry([name, each], names)]));
};

/** All targets of a model name: its own, then its fallbacks. */
export function targetsOf(model: CatalogEntry): ConfiguredTarget[] {
  return [model.target, ...(model.fallbacks ?? [])].map((each) => parse(each));
}

/** Whether a name has an entry or matches a pattern that has one. A pattern itself must have an entry. */
export function isTaken(name: string, all: Models): boolean {
  if (Object.hasOwn(all, name)) return true;
  if (name.endsWith('*')) return false;
  return Object.keys(all).some((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
}

/** The regions in ARNs of targets, each with the model name that has the target. */
export function arnRegions(all: Models): { name: string; region: string }[] {
  return Object.entries(all).flatMap(([name, each]) =>
    targetsOf(each).flatMap((to) => {
      const region = arnRegion(to);
      return region === undefined ? [] : [{ name, region }];
    }),
  );
}

function namedEntry([name, value]: [string, unknown], names: readonly string[]): CatalogEntry {
  if (!namePattern.test(name)) {
    throw new InvalidValue(
      `names ${quoted(name)}: a name has 1 to 256 letters, digits and . _ : / @ + -, a letter or digit first; a * at its end stands for anything`,
      { remove: pathStep(name) },
    );
  }
  checkUnsplit('models', [name, value], entryFields);
  return atPlace(`["${name}"]`, () => readEntry(value, names), `has an entry ${quoted(name)} that `);
}

function readEntry(value: unknown, names: readonly string[]): CatalogEntry {
  const fieldNames = { required: entryFields.slice(0, 1), optional: entryFields.slice(1) };
  return mapOf(value, fieldNames, (values) => readFields(values, names));
}

function readFields(values: ReadonlyMap<string, unknown>, names: readonly string[]): CatalogEntry {
  const { family, targets } = together({
    family: () => familyId(values.get('family')),
    targets: () => readTargets(values.get('target'), values.get('fallbacks'), names),
  });
  const [first = '', ...rest] = targets;
  const { chatTemplate, defaultMaxOutput, maxTokensField } = together({
    alike: () => checkAlike(targets, family),
    chatTemplate: () => template(values.get('chatTemplate'), targets),
    defaultMaxOutput: () => answerTokens(values.get('defaultMaxOutput'), targets),
    maxTokensField: () => limitField(values.get('maxTokensField'), targets),
  });
  return {
    target: first,
    ...(rest.length > 0 && { fallbacks: rest }),
    ...(family !== undefined && { family }),
    ...(chatTemplate !== undefined && { chatTemplate }),
    ...(defaultMaxOutput !== undefined && { defaultMaxOutput }),
    ...(maxTokensField !== undefined && { maxTokensField }),
  };
}

function familyId(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && isModelId(value))) return value;
  throw new InvalidValue('has a family that is not a model id such as anthropic.claude-sonnet-4-6', {
    remove: '.family',
  });
}

/** Reads the target of an entry, and its fallbacks: targets of their own, and no names of other entries. */
function readTargets(first: unknown, others: unknown, names: readonly string[]): string[] {
  const read = together({
    target: () => target(first),
    fallbacks: () =>
      readAll(fallbacks(others), (each) => {
        if (typeof each === 'string' && names.includes(each))
          throw new InvalidValue(
            `has the fallback ${quoted(each)}, which is a name: write the target of that name instead`,
            { remove: '.fallbacks' },
          );
        return within(
          () => target(each),
          ({ message }) =>
            new InvalidValue(message.replace('has the target', 'has the fallback'), { remove: '.fallbacks' }),
        );
      }),
  });
  const targets = [read.target, ...read.fallbacks];
  const again = targets.find((each, index) => targets.indexOf(each) !== index);
  if (again !== undefined) throw new InvalidValue(`names one target twice: ${again}`, { remove: '.fallbacks' });
  return targets;
}

function fallbacks(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value))
    throw new InvalidValue('has fallbacks that are not a list of targets', { remove: '.fallbacks' });
  return value;
}

/** Refuses an entry with embedding models beside others: no request could be answered by both. */
function checkAlike(targets: readonly string[], family: string | undefined): void {
  const { backend, model } = parse(targets[0] ?? '');
  if (!isOnBedrock(backend)) return;
  const embeds = isEmbedding(model, family);
  const other = targets.find((each) => {
    const fallback = parse(each);
    return isOnBedrock(fallback.backend) && isEmbedding(fallback.model, family) !== embeds;
  });
  if (other === undefined) return;
  const [kind, otherKind] = embeds ? ['an embedding model', 'none'] : ['no embedding model', 'one'];
  throw new InvalidValue(
    `has the fallback ${other}, which no request can use: the target is ${kind}, and that is ${otherKind}`,
    {
      remove: '.fallbacks',
    },
  );
}

/** Whether a model is an embedding model, by its id, or by the family of its entry if its ARN does not show the id. */
export function isEmbedding(model: string, family: string | undefined): boolean {
  return embeddingFamilyOf(isOpaque(model) ? (family ?? model) : model) !== undefined;
}

/** Reads a chatTemplate, which only targets with base models take: all others take messages. */
function template(value: unknown, targets: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw new InvalidValue('has a chatTemplate that is not the name of one', { remove: '.chatTemplate' });
  if (!targets.some((each) => takesTemplate(parse(each)))) {
    throw new InvalidValue(
      `has a chatTemplate but no target that begins with ${templatePrefixes()}, which alone takes one`,
      {
        remove: '.chatTemplate',
      },
    );
  }
  return value;
}

/** Reads a maxTokensField, which only targets on other servers than Bedrock take. */
function limitField(value: unknown, targets: readonly string[]): MaxTokensField | undefined {
  if (value === undefined) return undefined;
  if (value !== 'max_tokens' && value !== 'max_completion_tokens')
    throw new InvalidValue('has a maxTokensField that is neither max_tokens nor max_completion_tokens', {
      remove: '.maxTokensField',
    });
  if (!targets.some((each) => isStackPaid(parse(each))))
    throw new InvalidValue(
      'has a maxTokensField but no target that begins with openai: or sagemaker:, which alone take one',
      {
        remove: '.maxTokensField',
      },
    );
  return value;
}

/** Reads a defaultMaxOutput, which only `bedrock:` targets take: other requests pass through unchanged. */
function answerTokens(value: unknown, targets: readonly string[]): DefaultMaxOutput | undefined {
  if (value === undefined) return undefined;
  if (!targets.some((each) => parse(each).backend === 'bedrock'))
    throw new InvalidValue('has a defaultMaxOutput but no target that begins with bedrock:, which alone takes one', {
      remove: '.defaultMaxOutput',
    });
  return within(
    () => maxOutput(scalar(value)),
    ({ message }) => new InvalidValue(`has a defaultMaxOutput that ${message}`, { remove: '.defaultMaxOutput' }),
  );
}
