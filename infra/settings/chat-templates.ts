import { Template } from '@huggingface/jinja';

import type { ChatTemplate, ShippedTemplate } from '../../function/catalog/catalog.ts';
import { checkUnsplit } from './holes.ts';
import { InvalidValue, atPlace, isObject, json, fields, quoted, pathStep, readAll } from './values.ts';
import type { Reader } from './values.ts';

/** The templates that the function contains; a missing one is a compile error. */
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

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Reads the stack's own chat templates. Throws an InvalidValue for any other text. */
export const chatTemplates: Reader<Readonly<Record<string, ChatTemplate>>> = (text) => {
  const value = json(text);
  if (!isObject(value)) throw new InvalidValue('must be a map of names to templates');
  return Object.fromEntries(readAll(Object.entries(value), ([name, each]) => [name, entry(name, each)]));
};

/** The names that a model may have as its chatTemplate. */
export function templateNames(own: Readonly<Record<string, ChatTemplate>>): string[] {
  return [...new Set([...Object.keys(own), ...Object.keys(shipped)])];
}

function entry(name: string, value: unknown): ChatTemplate {
  if (!namePattern.test(name)) {
    throw new InvalidValue(
      `names ${quoted(name)}: a name has 1 to 64 letters, digits and . _ -, a letter or digit first`,
      {
        remove: pathStep(name),
      },
    );
  }
  checkUnsplit('chatTemplates', [name, value], ['template', 'stop']);
  return atPlace(`["${name}"]`, () => chatTemplate(value), `has an entry ${quoted(name)} that `);
}

function chatTemplate(value: unknown): ChatTemplate {
  const values = fields(value, { required: ['template'], optional: ['stop'] });
  const template = values.get('template');
  const stop = values.get('stop') ?? [];
  if (typeof template !== 'string' || template.trim() === '') throw new InvalidValue('has no text as its template');
  const flaw = syntaxError(template);
  if (flaw !== undefined) throw new InvalidValue(`has a template that is not Jinja: ${flaw}`);
  if (!Array.isArray(stop) || !stop.every((each: unknown) => typeof each === 'string' && each !== '')) {
    throw new InvalidValue('has a stop that is not a list of strings', { remove: '.stop' });
  }
  return { template, stop };
}

/** The error of the engine that renders the template, or undefined: without this check, the first caller would get it. */
function syntaxError(template: string): string | undefined {
  try {
    new Template(template);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
