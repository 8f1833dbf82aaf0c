import type { CallerField, RegisteredCaller } from '../../function/catalog/catalog.ts';
import { Misfit, inPlace, isObject, json, list, oneOf, step } from './values.ts';
import type { Reader } from './values.ts';

/** Makes the hash of a token without the token being written anywhere. */
const HASH_COMMAND = `printf %s "$KEY" | shasum -a 256 | cut -d ' ' -f 1`;

const ID = /^[A-Za-z0-9._-]{1,64}$/;
const HASH = /^[0-9a-f]{64}$/;
/** What the function takes for a name: printable ASCII without blanks. */
const NAME = /^[\x21-\x7e]{1,256}$/;
/** How keys begin: OpenAI's and the gateway's, and both kinds of Bedrock's. */
const TOKEN = /^(sk-|ABSK|bedrock-api-key-)/;
/** Of no bytes at all: what the command makes of a variable that is not set. */
const HASH_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const KNOWN = ['id', 'sha256', 'models'];

/** Complete: the compiler asks for a line when the function learns of another. */
const callerMembers: Readonly<Record<CallerField, true>> = {
  s3Location: true,
  promptVariables: true,
  guardrailConfig: true,
  serviceTier: true,
  performanceConfig: true,
};

/** What callers may set in requests that the stack pays. */
export const callersMaySet: Reader<CallerField[]> = list(oneOf(Object.keys(callerMembers).filter(isCallerMember)));

/** Who is known to the stack. No message repeats a value: one of them may be a token that was pasted into the wrong place. */
export const callers: Reader<RegisteredCaller[]> = (text) => {
  const value = json(text);
  if (!Array.isArray(value) || value.length === 0) {
    throw new Misfit('must be a list of maps with id, sha256 and, if wanted, models');
  }
  const all = value.map((each: unknown, index) => inPlace(`[${index}]`, () => caller(each, `has an entry [${index}]`)));
  unique(all, 'id');
  unique(all, 'sha256');
  return all;
};

function caller(value: unknown, which: string): RegisteredCaller {
  if (!isObject(value)) throw new Misfit(`${which} that is not a map with id and sha256`, { remove: '' });
  const strange = Object.keys(value).find((name) => !KNOWN.includes(name));
  if (strange !== undefined) {
    throw new Misfit(`${which} with a field that is none of ${KNOWN.join(', ')}`, {
      remove: /^[\w-]{1,32}$/.test(strange) && !TOKEN.test(strange) ? step(strange) : '',
    });
  }
  const { id, sha256 } = value;
  // YAML reads an id of digits alone as a number.
  const name = typeof id === 'number' ? String(id) : id;
  if (typeof name !== 'string' || !ID.test(name)) {
    throw new Misfit(`${which} whose id is not 1 to 64 letters, digits and . _ -`);
  }
  if (TOKEN.test(name)) throw new Misfit(`${which} whose id looks like a token: name the caller, as logs will`);
  const models = names(value['models'], which);
  return { id: name, sha256: hash(sha256, which), ...(models && { models }) };
}

function hash(value: unknown, which: string): string {
  if (typeof value !== 'string' || !HASH.test(value)) {
    throw new Misfit(
      `${which} whose sha256 is not 64 lower-case hexadecimal digits. Write the hash of the token, never the token itself, which would stay in the state. Make it with: ${HASH_COMMAND}`,
    );
  }
  if (value === HASH_OF_NOTHING) throw new Misfit(`${which} whose sha256 is the hash of nothing: $KEY was not set`);
  return value;
}

function names(value: unknown, which: string): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0 || !value.every((each: unknown) => isName(each))) {
    throw new Misfit(`${which} whose models are not a list of names; leave it out for all models`, {
      remove: '.models',
    });
  }
  return value;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

function unique(all: readonly RegisteredCaller[], member: 'id' | 'sha256'): void {
  const values = all.map((each) => each[member]);
  const twice = values.findIndex((each, index) => values.indexOf(each) !== index);
  if (twice >= 0)
    throw new Misfit(`has an entry [${twice}] whose ${member} another entry has`, { place: `[${twice}]` });
}

function isCallerMember(name: string): name is CallerField {
  return Object.hasOwn(callerMembers, name);
}
