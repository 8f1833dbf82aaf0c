import type { CatalogEntry, MaxTokensField } from '../../function/catalog/catalog.ts';
import type { DefaultMaxOutput } from '../../function/catalog/family.ts';
import { arnRegion, isModelId, isStackPaid, parse, takesTemplate, target, templatePrefixes } from './targets.ts';
import type { ConfiguredTarget } from './targets.ts';
import { checkUnsplit } from './holes.ts';
import { Misfit, inPlace, isObject, json, maxOutput, members, quoted, scalar, step } from './values.ts';
import type { Reader } from './values.ts';

type Models = Readonly<Record<string, CatalogEntry>>;

/** What callers may write as `model`, safe in a path and in a log line; or the beginning of it, and a star. */
const NAME = /^(?:[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}|(?:[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,254})?\*)$/;

/** What an entry may say; its target it must. */
const MEMBERS = ['target', 'fallbacks', 'family', 'chatTemplate', 'defaultMaxOutput', 'maxTokensField'];

/** The names that callers may ask for, and what stands behind them. */
export const models: Reader<Models> = (text) => {
  const value = json(text);
  if (!isObject(value)) throw new Misfit('must be a map of names to targets');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, entry(name, each)]));
};

/** Everything that a name leads to, fallbacks included. */
export function targetsOf(model: CatalogEntry): ConfiguredTarget[] {
  return [model.target, ...(model.fallbacks ?? [])].map((each) => parse(each));
}

/** Whether callers may ask for a name because an entry has it, or a pattern takes it. A pattern itself has to be an entry. */
export function isTaken(name: string, all: Models): boolean {
  if (Object.hasOwn(all, name)) return true;
  if (name.endsWith('*')) return false;
  return Object.keys(all).some((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
}

/** Every region that a target's ARN fixes, with the name that leads there. */
export function arnRegions(all: Models): { name: string; region: string }[] {
  return Object.entries(all).flatMap(([name, each]) =>
    targetsOf(each).flatMap((to) => {
      const region = arnRegion(to);
      return region === undefined ? [] : [{ name, region }];
    }),
  );
}

function entry(name: string, value: unknown): CatalogEntry {
  if (!NAME.test(name)) {
    throw new Misfit(
      `names ${quoted(name)}: a name has 1 to 256 letters, digits and . _ : / @ + -, a letter or digit first; a * at its end stands for anything`,
      { remove: step(name) },
    );
  }
  checkUnsplit('models', [name, value], MEMBERS);
  return inPlace(`["${name}"]`, () => checked(value), `has an entry ${quoted(name)} that `);
}

function checked(value: unknown): CatalogEntry {
  const given = members(value, {
    required: MEMBERS.slice(0, 1),
    optional: MEMBERS.slice(1),
  });
  const family = given.get('family');
  if (family !== undefined && !(typeof family === 'string' && isModelId(family))) {
    throw new Misfit('has a family that is not a model id such as anthropic.claude-sonnet-4-6', { remove: '.family' });
  }
  const targets = [given.get('target'), ...fallbacks(given.get('fallbacks'))].map((each) => target(each));
  const [first = '', ...rest] = targets;
  if (new Set(targets).size < targets.length) throw new Misfit('names one target twice');
  const chatTemplate = template(given.get('chatTemplate'), targets);
  const defaultMaxOutput = given.get('defaultMaxOutput');
  const maxTokensField = given.get('maxTokensField');
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
  if (!Array.isArray(value)) throw new Misfit('has fallbacks that are not a list of targets', { remove: '.fallbacks' });
  return value;
}

/** Only base models are asked by a prompt; all others take messages. */
function template(value: unknown, targets: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw new Misfit('has a chatTemplate that is not the name of one', { remove: '.chatTemplate' });
  if (!targets.some((each) => takesTemplate(parse(each)))) {
    throw new Misfit(`has a chatTemplate but no target that begins with ${templatePrefixes()}, which alone takes one`, {
      remove: '.chatTemplate',
    });
  }
  return value;
}

/** Bedrock takes its own field for it; only servers of others differ. */
function limitField(value: unknown, targets: readonly string[]): MaxTokensField {
  if (value !== 'max_tokens' && value !== 'max_completion_tokens')
    throw new Misfit('has a maxTokensField that is neither max_tokens nor max_completion_tokens', {
      remove: '.maxTokensField',
    });
  if (!targets.some((each) => isStackPaid(parse(each))))
    throw new Misfit(
      'has a maxTokensField but no target that begins with openai: or sagemaker:, which alone take one',
      {
        remove: '.maxTokensField',
      },
    );
  return value;
}

/** Only requests that are translated to Converse get a limit of ours: others pass through as they came. */
function answerTokens(value: unknown, targets: readonly string[]): DefaultMaxOutput {
  if (!targets.some((each) => parse(each).backend === 'bedrock'))
    throw new Misfit('has a defaultMaxOutput but no target that begins with bedrock:, which alone takes one', {
      remove: '.defaultMaxOutput',
    });
  try {
    return maxOutput(scalar(value));
  } catch (error) {
    throw error instanceof Misfit
      ? new Misfit(`has a defaultMaxOutput that ${error.message}`, { remove: '.defaultMaxOutput' })
      : error;
  }
}
