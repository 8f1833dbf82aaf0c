import { stringEnd } from '../dialects/json-text.ts';
import { ApiError } from '../errors.ts';
import { maxJsonDepth, tooDeep } from '../http/body.ts';

/** What is looked for in a body. */
interface Search {
  /** The name of the bucket in which the stack stores files. */
  readonly bucket: string;
  /** Whether the stack may pay for the call. Its access points are nobody else's, and their names do not tell their bucket. */
  readonly stackPays: boolean;
}

/**
 * Refuses a JSON body in which a field has an address in the stack's bucket: as a URI, a URL or an ARN, in any case and encoding. Texts of
 * prompts, and what tools are called with and return, may speak of anything. Every field counts, also the first of two of one name, and
 * one that a model knows and this gateway does not. Throws the ApiError 400 that names the field.
 */
export function refuseAddresses(body: string, search: Search): void {
  // Text in UTF-16 or UTF-32, which some parsers of JSON take, has a zero beside every character of an address.
  const json = body.replaceAll('\0', '');
  eachString(json, (literal, path) => {
    if (isBody(path)) refuseAddresses(Buffer.from(textOf(literal), 'base64').toString('latin1'), search);
    else if (literal.length > minAddressLength && isAddress(textOf(literal), path, search)) throw refused(path);
  });
}

/** No address in a bucket is shorter: names of buckets have three characters at least. */
const minAddressLength = 3;

/** How much of a string is looked at, in characters: S3 URIs of requests have 1,024 at most, and each can be encoded. */
const maxAddressLength = 16_384;

function isAddress(whole: string, path: Path, search: Search): boolean {
  const text = whole.slice(0, maxAddressLength);
  return isRefused(text, search) && mayBeFetched(path, text);
}

/** Fields whose values are addresses in S3, whatever they look like. */
const s3Field = /^s3_?(?:location|uri)$/i;

/** Fields of prose. */
const proseFields: ReadonlySet<string> = new Set([
  'arguments',
  'content',
  'inputText',
  'prompt',
  'system',
  'text',
  'texts',
  'thinking',
]);

/** Fields with data of tools, by the field that they are in. */
const toolFields: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['input', new Set(['toolUse', 'content'])],
  ['json', new Set(['content'])],
]);

/** What an address begins with: a scheme, or nothing but the slashes behind one. */
const address = /^["'<\s\p{Cc}]*(?:[a-z][a-z0-9+.-]*:|\/\/)/iu;

type Path = readonly (string | number)[];

function mayBeFetched(path: Path, text: string): boolean {
  const fields = path.filter((step) => typeof step === 'string');
  if (fields.some((field, at) => toolFields.get(field)?.has(fields[at - 1] ?? '') === true)) return false;
  if (fields.some((field) => s3Field.test(field))) return true;
  return !proseFields.has(fields.at(-1) ?? '') && address.test(text);
}

function isRefused(text: string, { bucket, stackPays }: Search): boolean {
  const plain = decoded(text);
  return plain.includes(bucket) || (stackPays && /-s3alias\b|[:.-]accesspoint[.:/-]|--ol-s3\b|\.mrap\b/.test(plain));
}

/** An address in lower case, without what encodes it, more than once even. */
function decoded(text: string): string {
  let plain = text;
  for (let times = 0; times < maxEncodings && plain.includes('%'); times += 1)
    plain = plain.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return plain.toLowerCase();
}

const maxEncodings = 5;

/** Whether a field has a body of InvokeModel in base64, as CountTokens has it. */
function isBody(path: Path): boolean {
  return path.at(-1) === 'body' && path.at(-2) === 'invokeModel';
}

/**
 * Visits every string that is a value of a JSON text, as it is written, with its path, which changes afterwards. Throws the ApiError 400 for a
 * text that nests too deeply.
 */
function eachString(json: string, visit: (literal: string, path: Path) => void): void {
  const path: (string | number)[] = [];
  const marks = /["{}[\],]/g;
  let isKey = false;
  for (let mark = marks.exec(json); mark !== null; mark = marks.exec(json)) {
    const at = mark.index;
    const last = path.at(-1);
    if (mark[0] === '"') {
      const end = stringEnd(json, at);
      const literal = json.slice(at, end);
      if (isKey) path[path.length - 1] = textOf(literal);
      else visit(literal, path);
      isKey = false;
      marks.lastIndex = end;
    } else if (mark[0] === ',') {
      if (typeof last === 'number') path[path.length - 1] = last + 1;
      isKey = typeof last === 'string';
    } else {
      isKey = mark[0] === '{';
      if (mark[0] === '}' || mark[0] === ']') path.pop();
      else path.push(isKey ? '' : 0);
      if (path.length > maxJsonDepth) throw tooDeep(maxJsonDepth);
    }
  }
}

/** A string of a JSON text without its escapes; as it is where they are none. */
function textOf(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1);
  }
}

/** Characters of a path that an error shows. */
const maxParamLength = 256;

function shown(field: string): string {
  return field.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, '?');
}

function refused(path: Path): ApiError {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${shown(step)}`));
  const param = steps.join('').replace(/^\./, '').slice(0, maxParamLength);
  return new ApiError(
    `Invalid '${param}': this address is in the storage of this gateway, or in an access point that may lead there. Name a stored file by ` +
      'its ID, or send its bytes.',
    { status: 400, code: 'invalid_value', param },
  );
}
