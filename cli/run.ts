import type { Call, Command } from './command.ts';
import { findCommand, givenTo, readLine, type Line } from './command-line.ts';
import { createApi } from './api.ts';
import { Failure } from './failure.ts';
import { commandHelp, groupHelp, overview } from './help.ts';
import { printable, printableJson } from './printable.ts';
import { connectionFor, readFileSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** Runs a command line, and resolves with its exit code: 0 done, 1 failed, 2 a wrong command line or setting. */
export async function run(commands: readonly Command[], args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await runLine(commands, readLine(args), terminal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.err(`Error: ${printable(error.message)}\n`);
    if (error.fix !== undefined) terminal.err(`${printable(error.fix)}\n`);
    return error.exitCode;
  }
}

async function runLine(commands: readonly Command[], line: Line, terminal: Terminal): Promise<number> {
  const { words, values } = line;
  const [first] = words;
  if (values.has('version')) return await said(terminal, `${version}\n`);
  if (first === 'help') return await help(commands, { words: words.slice(1), values }, terminal);
  if (values.has('help')) return await help(commands, line, terminal);
  if (first === undefined) {
    terminal.err(overview(commands));
    return 2;
  }
  return await runCommand(findCommand(commands, line), { commands, line, terminal });
}

async function said(terminal: Terminal, text: string): Promise<number> {
  await terminal.out(text);
  return 0;
}

async function help(commands: readonly Command[], line: Line, terminal: Terminal): Promise<number> {
  const [first, second] = line.words;
  if (first === undefined) return await said(terminal, overview(commands));
  if (second === undefined && commands.some(({ words }) => words[0] === first && words.length === 2))
    return await said(terminal, groupHelp(first, commands));
  return await said(terminal, commandHelp(findCommand(commands, line)));
}

interface Started {
  readonly commands: readonly Command[];
  readonly line: Line;
  readonly terminal: Terminal;
}

async function runCommand(command: Command, { commands, line, terminal }: Started): Promise<number> {
  const given = givenTo(command, line);
  const call: Call = {
    ...given,
    terminal,
    commands,
    connect: async (kind = 'admin') => {
      const file = await readFileSettings(given, terminal);
      return createApi(await connectionFor(kind, { given, terminal, file }));
    },
    usual: async (name) => {
      const variable = terminal.env[`BEDROCK_GATEWAY_${name.toUpperCase()}`];
      return variable || (await readFileSettings(given, terminal))[name];
    },
  };
  const answer = await command.run(call);
  if (answer === undefined) return 0;
  const { json, text, value, note } = answer;
  if (given.has('json')) return await said(terminal, printableJson(json));
  if (given.has('quiet') && value !== undefined) return await said(terminal, `${printable(value)}\n`);
  await terminal.out(text({ columns: terminal.columns, isColored: terminal.isColored }));
  if (note !== undefined) terminal.err(`${printable(note)}\n`);
  return 0;
}
