import { Template } from '@huggingface/jinja';

import type { ChatTemplate, ShippedTemplate } from '../../function/catalog/catalog.ts';
import { checkUnsplit } from './holes.ts';
import { Misfit, inPlace, isObject, json, members, quoted, step } from './values.ts';
import type { Reader } from './values.ts';

/** The templates that the function brings along. Complete: the compiler asks for a line when there is another. */
const shipped: Readonly<Record<ShippedTemplate, true>> = {
  chatml: true,
  'llama-2': true,
  'llama-3': true,
  mistral: true,
  zephyr: true,
  vicuna: true,
  alpaca: true,
  gemma: true,
  plain: true,
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Chat templates of the stack's own. */
export const chatTemplates: Reader<Readonly<Record<string, ChatTemplate>>> = (text) => {
  const value = json(text);
  if (!isObject(value)) throw new Misfit('must be a map of names to templates');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, entry(name, each)]));
};

/** Every name that a model may give as its chatTemplate. */
export function templateNames(own: Readonly<Record<string, ChatTemplate>>): string[] {
  return [...new Set([...Object.keys(own), ...Object.keys(shipped)])];
}

function entry(name: string, value: unknown): ChatTemplate {
  if (!NAME.test(name)) {
    throw new Misfit(`names ${quoted(name)}: a name has 1 to 64 letters, digits and . _ -, a letter or digit first`, {
      remove: step(name),
    });
  }
  checkUnsplit('chatTemplates', [name, value], ['template', 'stop']);
  return inPlace(`["${name}"]`, () => checked(value), `has an entry ${quoted(name)} that `);
}

function checked(value: unknown): ChatTemplate {
  const given = members(value, { required: ['template'], optional: ['stop'] });
  const template = given.get('template');
  const stop = given.get('stop') ?? [];
  if (typeof template !== 'string' || template.trim() === '') throw new Misfit('has no text as its template');
  const flaw = syntaxError(template);
  if (flaw !== undefined) throw new Misfit(`has a template that is not Jinja: ${flaw}`);
  if (!Array.isArray(stop) || !stop.every((each: unknown) => typeof each === 'string' && each !== '')) {
    throw new Misfit('has a stop that is not a list of strings', { remove: '.stop' });
  }
  return { template, stop };
}

/** By the engine that renders it: what it cannot read would fail the first caller instead. */
function syntaxError(template: string): string | undefined {
  try {
    new Template(template);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
