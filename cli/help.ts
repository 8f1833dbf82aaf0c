import type { Command } from './command.ts';
import { flagsOf, programName, usageOf } from './command-line.ts';
import { commonFlags, connectionFlags, flags, type Flag, type FlagName } from './flags.ts';

const width = 78;

/** What the program is, with all commands. */
export function overview(commands: readonly Command[]): string {
  return `${programName} <command> [flags]

Manages a bedrock-gateway stack and calls its models, over the REST API.

Commands
${listOf(commands)}
bedrock-gateway <command> --help shows the flags of a command and an example.

Common flags
${flagList([...commonFlags, 'version', ...connectionFlags])}
Settings, highest priority first
  base URL   --base-url, BEDROCK_GATEWAY_URL, baseUrl, OPENAI_BASE_URL
  admin key  --key-file, BEDROCK_GATEWAY_ADMIN_KEY, adminKey, OPENAI_ADMIN_KEY
  API key    --key-file, BEDROCK_GATEWAY_API_KEY, apiKey, OPENAI_API_KEY, or
             else the admin key (models and chat)
  project    --project, BEDROCK_GATEWAY_PROJECT, project
  model      --model, BEDROCK_GATEWAY_MODEL, model
baseUrl, adminKey, apiKey, project and model are settings in the config file,
~/.config/bedrock-gateway/config.json. Other users must not be able to read it.

Exit codes: 0 success, 1 failure, 2 invalid command line or settings.
`;
}

/** The commands of a group. */
export function groupHelp(group: string, commands: readonly Command[]): string {
  const own = commands.filter(({ words }) => words[0] === group);
  return `${programName} ${group} <command> [flags]\n\n${listOf(own)}\nPass --help to a command to see its flags and an example.\n`;
}

/** Everything about one command. */
export function commandHelp(command: Command): string {
  const { words, summary, description, arguments: wanted = [], example, flags: own = [] } = command;
  const others = flagsOf(command).filter((name) => !own.includes(name));
  const about = description === undefined ? `${summary}.` : `${summary}. ${description}`;
  const parts = [
    `${usageOf(words, wanted)} [flags]\n`,
    wrapped(about, ''),
    ...(wanted.length > 0 ? [`Arguments\n${rows(wanted.map(({ name, description: text }) => [name, text]))}`] : []),
    ...(own.length > 0 ? [`Flags\n${flagList(own)}`] : []),
    `Common flags\n${flagList(others)}`,
    `Example\n  ${programName} ${example}\n`,
  ];
  return parts.join('\n');
}

function listOf(commands: readonly Command[]): string {
  return rows(commands.map(({ words, summary }) => [words.join(' '), summary]));
}

function flagList(names: readonly FlagName[]): string {
  return rows(names.map((name) => [flagText(name), describe(flags[name])]));
}

function flagText(name: FlagName): string {
  const { value, short }: Flag = flags[name];
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`;
}

function describe({ description, choices }: Flag): string {
  return choices === undefined ? description : `${description} (${choices.join(', ')})`;
}

/** Two columns; texts that are too long go on below themselves. */
function rows(entries: readonly (readonly [label: string, text: string])[]): string {
  const labels = Math.max(...entries.map(([label]) => label.length)) + 4;
  return entries
    .map(([label, text]) => `  ${label.padEnd(labels - 2)}${wrapped(text, ' '.repeat(labels)).trimStart()}`)
    .join('');
}

/** Lines of at most 78 columns. */
function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(indent + word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return `${lines.join('\n')}\n`;
}
