/** A flag as help and completion show it. */
export interface Flag {
  readonly description: string;
  /** Name of its value in help and errors, such as `id`; absent for a flag that takes no value. */
  readonly value?: string;
  /** The letter of its short form. */
  readonly short?: string;
  /** Every value that it may have. */
  readonly choices?: readonly string[];
}

/** Scopes that keys of service accounts can have. */
const scopes = ['inference', 'models.read', 'keys.manage', 'usage.read'];

/** Purposes that files can have. */
const purposes = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'];

/** Every flag there is. A name means the same to all commands that take it. */
export const flags = {
  'base-url': { value: 'url', description: "the gateway's base URL, such as https://openai.example.com/v1" },
  'key-file': { value: 'file', description: 'read the key from this file; - is standard input' },
  config: { value: 'file', description: 'read this config file instead of the default' },
  timeout: { value: 'seconds', description: 'how long to wait for an answer' },
  'insecure-http': { description: 'allow plain http to another machine' },
  json: { description: "print the API's objects as one JSON document" },
  help: { short: 'h', description: 'show this help' },
  version: { description: 'print the version' },
  yes: { short: 'y', description: 'do not ask for confirmation' },
  quiet: { short: 'q', description: 'print only the new key, or the ID of what was created' },
  project: { short: 'p', value: 'id', description: 'the project' },
  organization: { description: 'the organization instead of a project' },
  admin: { description: 'admin keys instead of service account keys' },
  account: { value: 'id', description: 'the service account that the key belongs to' },
  name: { value: 'name', description: 'the new name' },
  role: { value: 'role', description: 'the new role', choices: ['member', 'owner'] },
  scope: { value: 'scope', description: 'a scope of the key; can be repeated', choices: scopes },
  'expires-in': { value: 'duration', description: 'when it expires, such as 12h or 30d from now' },
  'expires-at': { value: 'time', description: 'when the key expires, such as 2026-12-31 (UTC)' },
  grace: { value: 'duration', description: 'how long the old secret keeps working, at most 24h' },
  'no-key': { description: 'create the service account without a key' },
  archived: { description: 'include archived projects' },
  limit: { value: 'number', description: 'print at most this many entries' },
  'requests-per-minute': { value: 'number', description: 'a number, or "unlimited"' },
  'tokens-per-minute': { value: 'number', description: 'a number, or "unlimited"' },
  'requests-per-day': { value: 'number', description: 'a number, or "unlimited"' },
  amount: { value: 'usd', description: 'the amount in USD' },
  email: { value: 'address', description: 'a recipient; can be repeated' },
  'subject-prefix': { value: 'text', description: "the beginning of the notification's subject" },
  since: { value: 'when', description: 'a duration before now such as 7d, or a time such as 2026-12-31' },
  until: { value: 'when', description: 'the end, in the same forms as --since' },
  by: {
    value: 'what',
    description: 'group by this; can be repeated',
    choices: ['project', 'key', 'model'],
  },
  bucket: { value: 'width', description: 'the width of a time bucket', choices: ['1m', '1h', '1d'] },
  model: { short: 'm', value: 'name', description: 'the model' },
  key: { value: 'id', description: 'only this key; can be repeated' },
  type: { value: 'event', description: 'only this event, such as api_key.created; can be repeated' },
  actor: { value: 'id', description: 'only changes by this key or service account; can be repeated' },
  resource: { value: 'id', description: 'only changes of this key, account or project; can be repeated' },
  system: { value: 'text', description: 'the system message' },
  purpose: { value: 'purpose', description: 'what the file is for', choices: purposes },
  'body-file': { value: 'file', description: 'the file with the body; it is uploaded, and deleted after the answer' },
  'body-id': { value: 'id', description: 'the stored file with the body' },
  'max-tokens': { value: 'number', description: 'the maximum length of the answer, in tokens' },
} as const satisfies Readonly<Record<string, Flag>>;

/** The name of a flag, without its dashes. */
export type FlagName = keyof typeof flags;

/** The names of all flags. */
export const flagNames = Object.keys(flags).filter(isFlagName);

/** Whether a text is the name of a flag. */
export function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(flags, name);
}

/** What every command takes. */
export const commonFlags = ['json', 'help'] as const satisfies readonly FlagName[];

/** What every command takes that calls the gateway. */
export const connectionFlags = [
  'base-url',
  'key-file',
  'config',
  'timeout',
  'insecure-http',
] as const satisfies readonly FlagName[];
