import { distance } from 'fastest-levenshtein';

import { awsRegion, keys } from './keys.ts';
import type { Key } from './keys.ts';
import { nearestName } from './nearest.ts';
import { namespacesOf } from './own-keys.ts';
import type { StackConfig } from './own-keys.ts';
import { removeAdvice, removeCommand, setCommand, shellWord } from './rule.ts';
import { InvalidValue, looksLikeToken } from './values.ts';

/** Former names of keys, with the current one. Pulumi's CLI encrypts values of keys that are called "secret". */
const renamedKeys: ReadonlyMap<string, keyof typeof keys> = new Map([['openaiSecretArn', 'openaiKeyArn']]);

/** The keys that a misspelled key may stand for. */
const meanings: readonly Key<unknown, unknown>[] = [...Object.values(keys), awsRegion];

/** Words in namespaces that resemble the gateway's; one of them is always `bedrock` or `gateway`. */
const namespaceWords = new Set(['amazon', 'api', 'aws', 'bedrock', 'gateway', 'gw', 'llm', 'my', 'openai']);

/** A key and the path of a part of its value, as `--path` takes them. */
const keyWithPath = /^(\w+)([.[].*)$/s;

/** A key that is not read, with advice, and the key of the gateway that it probably stands for. */
interface UnknownKey {
  readonly advice: string;
  readonly meant: string | undefined;
}

/**
 * The keys that the gateway does not read but probably should, with advice for each: misspelled keys, and keys in the wrong namespace.
 * Keys of other projects and providers are left alone.
 */
export function unknownKeys(config: StackConfig, project: string): UnknownKey[] {
  const namespaces = namespacesOf(project);
  return Object.entries(config)
    .map(([full, value]) => keyAdvice(full, value, namespaces))
    .filter((each) => each !== undefined);
}

function keyAdvice(full: string, value: string, namespaces: readonly [string, ...string[]]): UnknownKey | undefined {
  const colon = full.indexOf(':');
  const [namespace, name] = [full.slice(0, colon), full.slice(colon + 1)];
  if (namespaces.includes(namespace)) return ownKeyAdvice(full, value);
  if (!isMeantForGateway({ namespace, name }, namespaces)) return undefined;
  const meant = renamedKeys.get(name) ?? keySplitAtColon(namespace, name) ?? nearest(name);
  const why = meant?.includes(':') ? `did you mean ${meant}?` : `the gateway's keys begin with ${namespaces[0]}:.`;
  return { advice: `${full} is not read: ${why} ${renameAdvice({ full, value }, meant, namespaces[0])}`, meant };
}

function ownKeyAdvice(full: string, value: string): UnknownKey | undefined {
  const colon = full.indexOf(':');
  const [namespace, name] = [full.slice(0, colon), full.slice(colon + 1)];
  if (Object.hasOwn(keys, name)) return undefined;
  const [, key = '', part = ''] = keyWithPath.exec(name) ?? [];
  if (Object.hasOwn(keys, key))
    return { advice: `${full} was set without --path. ${setPathAdvice({ full, value }, key, part)}`, meant: key };
  const renamed = renamedKeys.get(name);
  if (renamed !== undefined)
    return {
      advice: `${full} is now called ${renamed}. ${renameAdvice({ full, value }, renamed, namespace)}`,
      meant: renamed,
    };
  const meant = nearest(name);
  const known = Object.keys(keys).join(', ');
  const why = meant === undefined ? `, which are ${known}.` : `: did you mean ${meant}?`;
  return {
    advice: `${full} is not a key of the gateway${why} ${renameAdvice({ full, value }, meant, namespace)}`,
    meant,
  };
}

/** Commands that set the intended part of a value, with its name quoted where dots would split it. */
function setPathAdvice({ full, value }: { full: string; value: string }, key: string, part: string): string {
  const place = `${key}${part.replace(/^\.(.+)\.(\w+(?:\[\d+\])?)$/, '["$1"].$2')}`;
  return `Set it with: ${setCommand(`--path '${place}' ${repeatable(value)}`)} && ${removeCommand(shellWord(full))}`;
}

/** Commands that rename a key. A list or a map is renamed in the file, since a command would store it as text. */
function renameAdvice(
  { full, value }: { full: string; value: string },
  meant: string | undefined,
  namespace: string,
): string {
  if (meant === undefined) return removeAdvice(shellWord(full));
  if (/^\s*[[{]/.test(value)) {
    return `Rename it to ${meant.includes(':') ? '' : `${namespace}:`}${meant} in the stack's file, Pulumi.<stack>.yaml`;
  }
  return `Rename it with: ${setCommand(assignment(meant, value))} && ${removeCommand(shellWord(full))}`;
}

/** A key with its value if that is valid for it; an invalid value could be a pasted API key, and is not repeated. */
function assignment(name: string, value: string): string {
  const key = meanings.find((each) => each.name === name) ?? awsRegion;
  if (key.example.startsWith('--path')) return key.example;
  try {
    key.read(value);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return `${name} <value>`;
  }
  return `${name} ${repeatable(value)}`;
}

/** A value that a command may repeat, or a placeholder. */
function repeatable(value: string): string {
  return looksLikeToken(value) || !/^[\w.:/@%+=,-]+$/.test(value) ? '<value>' : value;
}

/** The key whose first word was written as its namespace, as in `openai:baseUrl`. */
function keySplitAtColon(namespace: string, name: string): string | undefined {
  const whole = `${namespace}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return Object.hasOwn(keys, whole) ? whole : undefined;
}

/** The key whose name is the closest; undefined if none is close. */
function nearest(name: string): string | undefined {
  return nearestName(
    name,
    meanings.map((each) => each.name),
  );
}

/** Whether a key in another namespace can only be meant for the gateway. */
function isMeantForGateway(
  { namespace, name }: { namespace: string; name: string },
  namespaces: readonly string[],
): boolean {
  if (namespace === 'pulumi') return false;
  if (keySplitAtColon(namespace, name) !== undefined) return true;
  const isGatewayKey = Object.hasOwn(keys, name) || renamedKeys.has(name);
  // Nothing of the provider's has such a name, and no other provider's would have one of several words.
  if (namespace === 'aws') return isGatewayKey || (name !== 'region' && name.toLowerCase() === 'region');
  if (letters(namespace) === 'aws') return name.toLowerCase() === 'region';
  if (isGatewayKey && /[A-Z]/.test(name)) return true;
  if (namespaces.some((own) => isMisspelled(letters(namespace), letters(own)))) return true;
  const words = namespace.toLowerCase().split(/[-_.]/);
  const isClose =
    words.every((word) => namespaceWords.has(word)) && words.some((word) => /^(bedrock|gateway)$/.test(word));
  return isClose && nearest(name) !== undefined;
}

function isMisspelled(namespace: string, own: string): boolean {
  return distance(namespace, own) <= own.length / 5;
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
