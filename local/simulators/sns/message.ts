import { SnsError } from './sns-error.ts';

/** A message of a topic. */
export interface Message {
  readonly topicArn: string;
  readonly subject?: string;
  readonly text: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** The largest message with its attributes, in bytes. */
const maxBytes = 262_144;

/** Parameters of Publish that are emulated; those of attributes have a form of their own. */
const known = new Set(['Action', 'Version', 'TopicArn', 'Message', 'Subject']);

const attributePattern = /^MessageAttributes\.entry\.(\d+)\.(Name|Value\.DataType|Value\.StringValue)$/;

/** The message that a request publishes. Throws an SnsError for what SNS refuses, and for what is not emulated here. */
export function messageIn(form: URLSearchParams): Message {
  const other = [...form.keys()].find((name) => !known.has(name) && !attributePattern.test(name));
  if (other !== undefined) throw invalid(`the local stack does not emulate ${other}`);
  const topicArn = form.get('TopicArn') ?? '';
  if (!/^arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(topicArn)) throw invalid('TopicArn');
  const text = form.get('Message') ?? '';
  if (text === '') throw invalid('Empty message');
  const subject = form.get('Subject');
  if (subject !== null) checkSubject(subject);
  const attributes = attributesIn(form);
  const types = [...attributes].map(() => 'String');
  const bytes = [text, ...types, ...[...attributes].flat()].reduce((sum, each) => sum + Buffer.byteLength(each), 0);
  if (bytes > maxBytes) throw invalid('Message too long');
  return { topicArn, text, attributes, ...(subject !== null && { subject }) };
}

/** Fewer than 100 characters of printable ASCII, of which the first is a letter, a digit or a punctuation mark. */
function checkSubject(subject: string): void {
  if (!/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalid('Subject');
}

function attributesIn(form: URLSearchParams): ReadonlyMap<string, string> {
  const numbers = new Set([...form.keys()].flatMap((name) => attributePattern.exec(name)?.[1] ?? []));
  const attributes = new Map<string, string>();
  for (const number of numbers) {
    const part = (name: string): string => form.get(`MessageAttributes.entry.${number}.${name}`) ?? '';
    const name = part('Name');
    if (!/^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i.test(name))
      throw invalidValue(`The message attribute name '${name}' is invalid.`);
    if (attributes.has(name)) throw invalidValue(`Message (user) attribute name '${name}' already exists.`);
    if (part('Value.DataType') !== 'String')
      throw invalidValue(`The local stack emulates attributes of the type String alone, and '${name}' is none.`);
    const value = part('Value.StringValue');
    if (value === '')
      throw invalidValue(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type 'String'.`,
      );
    attributes.set(name, value);
  }
  return attributes;
}

function invalid(what: string): SnsError {
  return new SnsError('InvalidParameter', `Invalid parameter: ${what}`);
}

function invalidValue(message: string): SnsError {
  return new SnsError('ParameterValueInvalid', message);
}
