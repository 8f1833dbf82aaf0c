import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { UsageError } from './failure.ts';
import { isObject } from './json.ts';
import { nearest } from './nearest.ts';
import type { Terminal } from './terminal.ts';

const settingNames = ['baseUrl', 'adminKey', 'apiKey', 'project', 'model'] as const;

/** What the config file may say. */
export type FileSettings = Readonly<Partial<Record<(typeof settingNames)[number], string>>>;

const maxBytes = 64 * 1_024;

/** Where the config file is unless a flag or a variable says otherwise. */
export function usualConfigFile({ env, home }: Pick<Terminal, 'env' | 'home'>): string {
  const folder = env['XDG_CONFIG_HOME'] ?? '';
  // The specification has relative paths ignored.
  return path.join(path.isAbsolute(folder) ? folder : path.join(home, '.config'), 'bedrock-gateway', 'config.json');
}

/**
 * Reads a config file; one that need not be there is empty where it is not. Rejects with the UsageError that says what is wrong with it:
 * above all that others may read it, since it holds keys.
 */
export async function readConfigFile(
  file: string,
  { isOptional }: { readonly isOptional: boolean },
): Promise<FileSettings> {
  const handle = await openFile(file, isOptional);
  if (handle === undefined) return {};
  try {
    await checkOwner(file, handle);
    return settingsIn(file, await readText(file, handle));
  } finally {
    await handle.close();
  }
}

async function openFile(file: string, isOptional: boolean): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    const code = codeOf(error);
    if (isOptional && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    throw new UsageError(`the config file ${file} cannot be read (${code})`);
  }
}

/** Looks at the open file: another one may be in its place by the time that it is read. */
async function checkOwner(file: string, handle: FileHandle): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode, uid } = await handle.stat();
  if (uid !== process.getuid?.() && uid !== 0)
    throw new UsageError(`the config file ${file} belongs to another user`, 'Create your own; it holds keys.');
  if ((mode & 0o077) !== 0)
    throw new UsageError(
      `the config file ${file} can be read or written by other users (mode ${(mode & 0o777).toString(8)}), but it holds keys`,
      `Run: chmod 600 ${inShell(file)}`,
    );
}

async function readText(file: string, handle: FileHandle): Promise<string> {
  const buffer = Buffer.alloc(maxBytes + 1);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0).catch((error: unknown) => {
    throw new UsageError(`the config file ${file} cannot be read (${codeOf(error)})`);
  });
  if (bytesRead > maxBytes) throw new UsageError(`the config file ${file} is longer than 64 KB`);
  return buffer.toString('utf8', 0, bytesRead);
}

function settingsIn(file: string, text: string): FileSettings {
  const settings = parsed(text);
  if (!isObject(settings))
    throw new UsageError(
      `the config file ${file} is not a JSON object`,
      'Example: {"baseUrl": "https://openai.example.com/v1"}',
    );
  for (const [name, value] of Object.entries(settings)) {
    if (!isSettingName(name)) throw unknownSetting(file, name);
    if (typeof value !== 'string' || value === '')
      throw new UsageError(`the config file ${file}: "${name}" must be a non-empty string`);
  }
  return settings;
}

function unknownSetting(file: string, name: string): UsageError {
  const near = nearest(name, settingNames);
  const fix = near === undefined ? `Known settings: ${settingNames.join(', ')}.` : `Did you mean "${near}"?`;
  return new UsageError(`the config file ${file} has an unknown setting "${name}"`, fix);
}

function isSettingName(name: string): name is keyof FileSettings {
  return settingNames.some((each) => each === name);
}

/** The value of a JSON document; undefined for what is none. Node's message would quote the file. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of an error of the file system. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
}

/** A word of a shell's command line. */
function inShell(word: string): string {
  return /^[\w/.:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
