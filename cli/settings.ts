import { readFile } from 'node:fs/promises';
import type { Given, KeyKind } from './command.ts';
import { codeOf, readConfigFile, usualConfigFile, type FileSettings } from './config-file.ts';
import { UsageError } from './failure.ts';
import { baseUrlOf } from './base-url.ts';
import type { Terminal } from './terminal.ts';

/** A key, and where it was found, for messages. */
export interface Key {
  readonly text: string;
  readonly source: string;
}

/** Where to call and with what. */
export interface Connection {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly key: Key;
  /** Milliseconds; undefined: the usual time of the call. */
  readonly timeoutMs: number | undefined;
}

/** What settings are read from. */
export interface Sources {
  readonly given: Given;
  readonly terminal: Terminal;
  readonly file: FileSettings;
}

/** Reads the config file that flags and environment name, or the usual one. Rejects with UsageError. */
export function readFileSettings(given: Given, terminal: Terminal): Promise<FileSettings> {
  const named = given.one('config') ?? terminal.env['BEDROCK_GATEWAY_CONFIG'];
  const file = named === undefined || named === '' ? usualConfigFile(terminal) : named;
  return readConfigFile(file, { isOptional: !named });
}

/** The connection for one kind of key. Rejects with the UsageError that says which setting is missing or wrong. */
export async function connectionFor(kind: KeyKind, sources: Sources): Promise<Connection> {
  const { given } = sources;
  const url = urlSetting(sources);
  const baseUrl = baseUrlOf(url.text, { source: url.source, isInsecureAllowed: given.has('insecure-http') });
  const key = await keySetting(kind, { ...sources, baseUrl });
  return { baseUrl, key, timeoutMs: timeoutOf(given.one('timeout')) };
}

interface Setting {
  readonly text: string;
  readonly source: string;
}

const configFile = 'the config file';

function firstOf(settings: readonly (readonly [source: string, text: string | undefined])[]): Setting | undefined {
  const [source, text] = settings.find(([, value]) => value !== undefined && value !== '') ?? [];
  return source === undefined || text === undefined ? undefined : { source, text };
}

function urlSetting({ given, terminal: { env }, file }: Sources): Setting {
  const found = firstOf([
    ['--base-url', given.one('base-url')],
    ['BEDROCK_GATEWAY_URL', env['BEDROCK_GATEWAY_URL']],
    [configFile, file.baseUrl],
    ['OPENAI_BASE_URL', env['OPENAI_BASE_URL']],
  ]);
  if (found !== undefined) return found;
  throw new UsageError(
    "the gateway's base URL is missing",
    'Set it: export BEDROCK_GATEWAY_URL=https://openai.example.com/v1 (npm start prints its own).',
  );
}

const keyNames = {
  admin: [{ own: 'BEDROCK_GATEWAY_ADMIN_KEY', openai: 'OPENAI_ADMIN_KEY', setting: 'adminKey' }],
  api: [
    { own: 'BEDROCK_GATEWAY_API_KEY', openai: 'OPENAI_API_KEY', setting: 'apiKey' },
    { own: 'BEDROCK_GATEWAY_ADMIN_KEY', openai: 'OPENAI_ADMIN_KEY', setting: 'adminKey' },
  ],
} as const;

/**
 * Keys of the config file go to its own base URL alone, and those in OpenAI's variables to the one beside them: a URL that is given for
 * one call does not draw out keys that are meant for another server.
 */
async function keySetting(kind: KeyKind, sources: Sources & { readonly baseUrl: string }): Promise<Key> {
  const { given, terminal, file, baseUrl } = sources;
  const keyFile = given.one('key-file');
  if (keyFile !== undefined) return keyFrom(await readKeyFile(keyFile, terminal));
  const { env } = terminal;
  const isFor = (url: string | undefined): boolean => url !== undefined && isSameUrl(url, baseUrl);
  const found = firstOf(
    keyNames[kind].flatMap(({ own, openai, setting }) => [
      [own, env[own]] as const,
      [configFile, isFor(file.baseUrl) ? file[setting] : undefined] as const,
      [openai, isFor(env['OPENAI_BASE_URL']) ? env[openai] : undefined] as const,
    ]),
  );
  if (found !== undefined) return keyFrom(found);
  throw new UsageError(...missingKey(kind, sources));
}

function missingKey(kind: KeyKind, { file, baseUrl }: Sources & { readonly baseUrl: string }): [string, string] {
  const [{ own, setting }] = keyNames[kind];
  const what = kind === 'admin' ? 'an admin key' : 'an API key';
  const other =
    file[setting] === undefined
      ? ''
      : ` The key in the config file is only sent to the baseUrl in that file, not to ${baseUrl}.`;
  return [`${what} is missing`, `Set ${own}, or pass --key-file <file>.${other}`];
}

function isSameUrl(url: string, baseUrl: string): boolean {
  return URL.canParse(url) && baseUrlOf(url, { source: configFile, isInsecureAllowed: true }) === baseUrl;
}

async function readKeyFile(file: string, terminal: Terminal): Promise<Setting> {
  if (file === '-') return { source: 'standard input', text: await terminal.readInput() };
  try {
    return { source: file, text: await readFile(file, 'utf8') };
  } catch (error) {
    throw new UsageError(`the key file ${file} cannot be read (${codeOf(error)})`);
  }
}

/** Throws UsageError for what cannot be sent in a header, without quoting it. */
function keyFrom({ text, source }: Setting): Key {
  const key = text.trim();
  if (key === '') throw new UsageError(`${source} contains no key`);
  if (!/^[!-~]{1,8192}$/.test(key))
    throw new UsageError(`the text from ${source} is not a key`, 'A key is a single word of ASCII characters.');
  return { text: key, source };
}

function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}(?:\.\d{1,3})?$/.test(text) && Number(text) > 0) return Number(text) * 1_000;
  throw new UsageError(`--timeout must be a number of seconds above 0, not '${text}'`);
}
