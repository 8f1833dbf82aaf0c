import type { CatalogEntry, MaxTokensField } from '../../function/catalog/catalog.ts';
import type { DefaultMaxOutput } from '../../function/catalog/family.ts';
import { arnRegion, isModelId, isStackPaid, parse, takesTemplate, target, templatePrefixes } from './targets.ts';
import type { ConfiguredTarget } from './targets.ts';
import { checkUnsplit } from './holes.ts';
import { InvalidValue, atPlace, isObject, json, maxOutput, fields, quoted, scalar, pathStep } from './values.ts';
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
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, namedEntry(name, each)]));
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

function namedEntry(name: string, value: unknown): CatalogEntry {
  if (!namePattern.test(name)) {
    throw new InvalidValue(
      `names ${quoted(name)}: a name has 1 to 256 letters, digits and . _ : / @ + -, a letter or digit first; a * at its end stands for anything`,
      { remove: pathStep(name) },
    );
  }
  checkUnsplit('models', [name, value], entryFields);
  return atPlace(`["${name}"]`, () => readEntry(value), `has an entry ${quoted(name)} that `);
}

function readEntry(value: unknown): CatalogEntry {
  const values = fields(value, {
    required: entryFields.slice(0, 1),
    optional: entryFields.slice(1),
  });
  const family = values.get('family');
  if (family !== undefined && !(typeof family === 'string' && isModelId(family))) {
    throw new InvalidValue('has a family that is not a model id such as anthropic.claude-sonnet-4-6', {
      remove: '.family',
    });
  }
  const targets = [values.get('target'), ...fallbacks(values.get('fallbacks'))].map((each) => target(each));
  const [first = '', ...rest] = targets;
  if (new Set(targets).size < targets.length) throw new InvalidValue('names one target twice');
  const chatTemplate = template(values.get('chatTemplate'), targets);
  const defaultMaxOutput = values.get('defaultMaxOutput');
  const maxTokensField = values.get('maxTokensField');
  return {
    target: first,
    ...(rest.length > 0 && { fallbacks: rest }),
    ...(family !== undefined && { family }),
    ...(chatTemplate !== undefined && { chatTemplate }),
    ...(defaultMaxOutput !== undefined && { defaultMaxOutput: answerTokens(defaultMaxOutput, targets) }),
    ...(maxTokensField !== undefined && { maxTokensField: limitField(maxTokensField, targets) }),
  };
}

function fallbacks(value: unknown): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value))
    throw new InvalidValue('has fallbacks that are not a list of targets', { remove: '.fallbacks' });
  return value;
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
function limitField(value: unknown, targets: readonly string[]): MaxTokensField {
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
function answerTokens(value: unknown, targets: readonly string[]): DefaultMaxOutput {
  if (!targets.some((each) => parse(each).backend === 'bedrock'))
    throw new InvalidValue('has a defaultMaxOutput but no target that begins with bedrock:, which alone takes one', {
      remove: '.defaultMaxOutput',
    });
  try {
    return maxOutput(scalar(value));
  } catch (error) {
    throw error instanceof InvalidValue
      ? new InvalidValue(`has a defaultMaxOutput that ${error.message}`, { remove: '.defaultMaxOutput' })
      : error;
  }
}
