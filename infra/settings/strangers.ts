import { distance } from 'fastest-levenshtein';

import { awsRegion, keys } from './keys.ts';
import type { Key } from './keys.ts';
import { namespacesOf } from './own-keys.ts';
import type { StackConfig } from './own-keys.ts';
import { remove, removeCommand, setCommand, shellWord } from './rule.ts';
import { Misfit } from './values.ts';

/** Earlier names of keys. Pulumi's CLI refuses values of keys called "secret" unless told that they are none. */
const RENAMED: ReadonlyMap<string, keyof typeof keys> = new Map([['openaiSecretArn', 'openaiKeyArn']]);

/** Everything that a misspelt key may stand for. */
const meanings: readonly Key<unknown, unknown>[] = [...Object.values(keys), awsRegion];

/** Words that namespaces close to the gateway's are made of; `bedrock` or `gateway` is always among them. */
const WORDS = new Set(['amazon', 'api', 'aws', 'bedrock', 'gateway', 'gw', 'llm', 'my', 'openai']);

/** How keys begin that are worth keeping to oneself: OpenAI's and the gateway's, and both kinds of Bedrock's. */
const TOKEN = /^(sk-|ABSK|bedrock-api-key-)/;

/** A key and a part of its value, as `--path` takes them. */
const PATH = /^(\w+)([.[].*)$/s;

/**
 * What to do about keys that nobody reads, one advice a key: misspelt ones, and those that are in the wrong namespace.
 * Keys of other projects and providers are none of these.
 */
export function strangers(config: StackConfig, project: string): string[] {
  const namespaces = namespacesOf(project);
  return Object.entries(config)
    .map(([full, value]) => advice(full, value, namespaces))
    .filter((each) => each !== undefined);
}

function advice(full: string, value: string, namespaces: readonly [string, ...string[]]): string | undefined {
  const colon = full.indexOf(':');
  const [namespace, name] = [full.slice(0, colon), full.slice(colon + 1)];
  if (namespaces.includes(namespace)) return ownAdvice(full, value);
  if (!isMeantForUs({ namespace, name }, namespaces)) return undefined;
  const meant = RENAMED.get(name) ?? joined(namespace, name) ?? nearest(name);
  const why = meant?.includes(':') ? `did you mean ${meant}?` : `the gateway's keys begin with ${namespaces[0]}:.`;
  return `${full} is not read: ${why} ${moved({ full, value }, meant, namespaces[0])}`;
}

function ownAdvice(full: string, value: string): string | undefined {
  const colon = full.indexOf(':');
  const [namespace, name] = [full.slice(0, colon), full.slice(colon + 1)];
  if (Object.hasOwn(keys, name)) return undefined;
  const [, key = '', part = ''] = PATH.exec(name) ?? [];
  if (Object.hasOwn(keys, key)) return `${full} was set without --path. ${pathSet({ full, value }, key, part)}`;
  const renamed = RENAMED.get(name);
  if (renamed !== undefined) return `${full} is now called ${renamed}. ${moved({ full, value }, renamed, namespace)}`;
  const meant = nearest(name);
  const known = Object.keys(keys).join(', ');
  const why = meant === undefined ? `, which are ${known}.` : `: did you mean ${meant}?`;
  return `${full} is not a key of the gateway${why} ${moved({ full, value }, meant, namespace)}`;
}

/** How to set the part of a value that was meant, with its name quoted where dots would take it apart. */
function pathSet({ full, value }: { full: string; value: string }, key: string, part: string): string {
  const place = `${key}${part.replace(/^\.(.+)\.(\w+(?:\[\d+\])?)$/, '["$1"].$2')}`;
  return `Set it with: ${setCommand(`--path '${place}' ${safe(value)}`)} && ${removeCommand(shellWord(full))}`;
}

/** How to give a value the name that was meant. Lists and maps would lose their parts as one value of a command. */
function moved({ full, value }: { full: string; value: string }, meant: string | undefined, namespace: string): string {
  if (meant === undefined) return remove(shellWord(full));
  if (/^\s*[[{]/.test(value)) {
    return `Rename it to ${meant.includes(':') ? '' : `${namespace}:`}${meant} in the stack's file, Pulumi.<stack>.yaml`;
  }
  return `Rename it with: ${setCommand(assigned(meant, value))} && ${removeCommand(shellWord(full))}`;
}

/** A key with its value where that fits; one that does not could be a pasted API key, and is not repeated. */
function assigned(name: string, value: string): string {
  const key = meanings.find((each) => each.name === name) ?? awsRegion;
  if (key.example.startsWith('--path')) return key.example;
  try {
    key.read(value);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return `${name} <value>`;
  }
  return `${name} ${safe(value)}`;
}

/** A value as a command may repeat it. */
function safe(value: string): string {
  return TOKEN.test(value) || !/^[\w.:/@%+=,-]+$/.test(value) ? '<value>' : value;
}

/** The key whose first word was taken for its namespace, as in `openai:baseUrl`. */
function joined(namespace: string, name: string): string | undefined {
  const whole = `${namespace}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return Object.hasOwn(keys, whole) ? whole : undefined;
}

/** The key that a name is closest to; undefined where it is close to none. */
function nearest(name: string): string | undefined {
  const wanted = name.toLowerCase();
  const [best] = meanings
    .map(({ name: key }) => ({ key, far: edits(wanted, key.slice(key.indexOf(':') + 1).toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(2, wanted.length / 3))
    .toSorted((one, other) => one.far - other.far);
  return best?.key;
}

/** Letters to change; a part of a name is as close as can be without being the same. */
function edits(wanted: string, key: string): number {
  if (wanted === key) return 0;
  const [short, long] = wanted.length < key.length ? [wanted, key] : [key, wanted];
  return short.length >= 4 && long.includes(short) ? 1 : distance(wanted, key);
}

/** Whether a key of another namespace can only be one of the gateway's. */
function isMeantForUs(
  { namespace, name }: { namespace: string; name: string },
  namespaces: readonly string[],
): boolean {
  if (namespace === 'pulumi') return false;
  if (joined(namespace, name) !== undefined) return true;
  const isOurs = Object.hasOwn(keys, name) || RENAMED.has(name);
  // Nothing of the provider's has such a name, and no other provider's would have one of several words.
  if (namespace === 'aws') return isOurs || (name !== 'region' && name.toLowerCase() === 'region');
  if (letters(namespace) === 'aws') return name.toLowerCase() === 'region';
  if (isOurs && /[A-Z]/.test(name)) return true;
  if (namespaces.some((own) => isMisspelt(letters(namespace), letters(own)))) return true;
  const words = namespace.toLowerCase().split(/[-_.]/);
  const isClose = words.every((word) => WORDS.has(word)) && words.some((word) => /^(bedrock|gateway)$/.test(word));
  return isClose && nearest(name) !== undefined;
}

function isMisspelt(namespace: string, own: string): boolean {
  return distance(namespace, own) <= own.length / 5;
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
