import type { CallerField, RegisteredCaller } from '../../function/catalog/catalog.ts';
import {
  InvalidValue,
  atPlace,
  isObject,
  json,
  list,
  looksLikeToken,
  oneOf,
  pathStep,
  readAll,
  together,
} from './values.ts';
import type { Reader } from './values.ts';

/** Shell command that prints the hash of a token without storing the token anywhere. */
const hashCommand = `printf %s "$KEY" | shasum -a 256 | cut -d ' ' -f 1`;

const idPattern = /^[A-Za-z0-9._-]{1,64}$/;
const hashPattern = /^[0-9a-f]{64}$/;
/** Model names that the function accepts: printable ASCII without blanks. */
const namePattern = /^[\x21-\x7e]{1,256}$/;
/** Ids of projects in OpenAI's administration API. */
const projectPattern = /^proj_[0-9A-Za-z]{12}$/;
/** SHA-256 of an empty text: the command prints it if the variable is not set. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const callerFields = ['id', 'sha256', 'models', 'project'];

/** Every field that callers may be allowed to set; a missing one is a compile error. */
const callerFieldNames: Readonly<Record<CallerField, true>> = {
  s3Location: true,
  promptVariables: true,
  guardrailConfig: true,
  serviceTier: true,
  performanceConfig: true,
};

/** Reads the fields that callers may set in requests that the stack pays for. */
export const callersMaySet: Reader<CallerField[]> = list(oneOf(Object.keys(callerFieldNames).filter(isCallerField)));

/**
 * Reads the registered callers. No message repeats a value: it may be a token that was pasted into the wrong place. Throws an
 * InvalidValue for any other text.
 */
export const callers: Reader<RegisteredCaller[]> = (text) => {
  const value = json(text);
  if (!Array.isArray(value) || value.length === 0) {
    throw new InvalidValue('must be a list of maps with id, sha256 and, if wanted, models and project');
  }
  const all = readAll(value, (each: unknown, index) =>
    atPlace(`[${index}]`, () => caller(each, `has an entry [${index}]`)),
  );
  checkUnique(all, 'id');
  checkUnique(all, 'sha256');
  return all;
};

function caller(value: unknown, which: string): RegisteredCaller {
  if (!isObject(value)) throw new InvalidValue(`${which} that is not a map with id and sha256`, { remove: '' });
  const unknownField = Object.keys(value).find((name) => !callerFields.includes(name));
  if (unknownField !== undefined) {
    throw new InvalidValue(`${which} with a field that is none of ${callerFields.join(', ')}`, {
      remove: /^[\w-]{1,32}$/.test(unknownField) && !looksLikeToken(unknownField) ? pathStep(unknownField) : '',
    });
  }
  const { id, sha256, models, project } = together({
    id: () => callerId(value['id'], which),
    sha256: () => tokenHash(value['sha256'], which),
    models: () => modelNames(value['models'], which),
    project: () => projectId(value['project'], which),
  });
  return { id, sha256, ...(models && { models }), ...(project && { project }) };
}

function callerId(value: unknown, which: string): string {
  // YAML reads an id of digits alone as a number.
  const name = typeof value === 'number' ? String(value) : value;
  if (typeof name !== 'string' || !idPattern.test(name)) {
    throw new InvalidValue(`${which} whose id is not 1 to 64 letters, digits and . _ -`);
  }
  if (looksLikeToken(name))
    throw new InvalidValue(`${which} whose id looks like a token: name the caller, as logs will`);
  return name;
}

function tokenHash(value: unknown, which: string): string {
  if (typeof value !== 'string' || !hashPattern.test(value)) {
    throw new InvalidValue(
      `${which} whose sha256 is not 64 lower-case hexadecimal digits. Write the hash of the token, never the token itself, which would stay in the state. Make it with: ${hashCommand}`,
    );
  }
  if (value === emptyHash) throw new InvalidValue(`${which} whose sha256 is the hash of nothing: $KEY was not set`);
  return value;
}

function modelNames(value: unknown, which: string): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0 || !value.every((each: unknown) => isName(each))) {
    throw new InvalidValue(`${which} whose models are not a list of names; leave it out for all models`, {
      remove: '.models',
    });
  }
  return value;
}

function projectId(value: unknown, which: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && projectPattern.test(value)) return value;
  throw new InvalidValue(`${which} whose project is not the id of a project: proj_ and 12 letters and digits`, {
    remove: '.project',
  });
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && namePattern.test(value);
}

function checkUnique(all: readonly RegisteredCaller[], field: 'id' | 'sha256'): void {
  const values = all.map((each) => each[field]);
  const duplicate = values.findIndex((each, index) => values.indexOf(each) !== index);
  if (duplicate >= 0)
    throw new InvalidValue(`has an entry [${duplicate}] whose ${field} another entry has`, { place: `[${duplicate}]` });
}

function isCallerField(name: string): name is CallerField {
  return Object.hasOwn(callerFieldNames, name);
}
