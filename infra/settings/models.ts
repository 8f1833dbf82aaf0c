import type { CatalogEntry } from '../../function/catalog/catalog.ts';
import { Misfit, isObject, json, members, quoted } from './values.ts';
import type { Reader } from './values.ts';

type Models = Readonly<Record<string, CatalogEntry>>;

/** What callers may write as `model`: safe in a path and in a log line. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}$/;
/** A model or inference profile id as Converse takes it, versions such as `-v1:0` included. */
const MODEL_ID = /^(?!arn:)[A-Za-z0-9][A-Za-z0-9._-]*(:[A-Za-z0-9._-]+)*$/;
/** Inference profiles, foundation, provisioned, imported and custom models, prompts and routers: all are called by ARN. */
const MODEL_ARN = /^arn:aws[a-z-]*:(?:bedrock|sagemaker):([a-z0-9-]+):(?:\d{12})?:[a-z-]+\/[A-Za-z0-9._:/-]+$/;
const PREFIX = 'bedrock:';

/** The names that callers may ask for, and what stands behind them. */
export const models: Reader<Models> = (text) => {
  const value = json(text);
  if (!isObject(value)) throw new Misfit('must be a map of names to targets');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, entry(name, each)]));
};

/** Every region that a target's ARN fixes, with the name that leads there. */
export function arnRegions(all: Models): { name: string; region: string }[] {
  return Object.entries(all).flatMap(([name, model]) =>
    [model.target, ...(model.fallbacks ?? [])].flatMap((each) => {
      const region = MODEL_ARN.exec(each.slice(PREFIX.length))?.[1];
      return region === undefined ? [] : [{ name, region }];
    }),
  );
}

function entry(name: string, value: unknown): CatalogEntry {
  if (!NAME.test(name)) {
    throw new Misfit(
      `names ${quoted(name)}: a name has 1 to 256 letters, digits and . _ : / @ + -, a letter or digit first`,
    );
  }
  try {
    return checked(value);
  } catch (error) {
    throw error instanceof Misfit ? new Misfit(`has an entry ${quoted(name)} that ${error.message}`) : error;
  }
}

function checked(value: unknown): CatalogEntry {
  const given = members(value, { required: ['target'], optional: ['fallbacks', 'family'] });
  const family = given.get('family');
  if (family !== undefined && !(typeof family === 'string' && MODEL_ID.test(family))) {
    throw new Misfit('has a family that is not a model id such as anthropic.claude-sonnet-4-6');
  }
  const targets = [given.get('target'), ...fallbacks(given.get('fallbacks'))].map((each) => target(each));
  const [first = '', ...rest] = targets;
  if (new Set(targets).size < targets.length) throw new Misfit('names one target twice');
  return { target: first, ...(rest.length > 0 && { fallbacks: rest }), ...(family !== undefined && { family }) };
}

function fallbacks(value: unknown): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Misfit('has fallbacks that are not a list of targets');
  return value;
}

function target(value: unknown): string {
  if (typeof value !== 'string') throw new Misfit('has a target that is not text');
  const model = value.slice(PREFIX.length);
  if (!value.startsWith(PREFIX) || !(MODEL_ID.test(model) || MODEL_ARN.test(model))) {
    throw new Misfit(
      `has the target ${quoted(value)}: write "bedrock:" and a model id, an inference profile id or an ARN`,
    );
  }
  return value;
}
