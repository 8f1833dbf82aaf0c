import { parseArgs } from 'node:util';
import type { Argument, Command, Given } from './command.ts';
import { UsageError } from './failure.ts';
import { commonFlags, connectionFlags, flagNames, flags, isFlagName, type Flag, type FlagName } from './flags.ts';
import { nearest } from './nearest.ts';

/** How the program is called in its own texts. */
export const programName = 'bedrock-gateway';

/** What was typed, before it is known which command it is for. */
export interface Line {
  readonly words: readonly string[];
  readonly values: ReadonlyMap<FlagName, readonly string[]>;
}

const options = Object.fromEntries(
  Object.entries<Flag>(flags).map(([name, { value, short }]) => [
    name,
    {
      type: value === undefined ? ('boolean' as const) : ('string' as const),
      multiple: true,
      ...(short !== undefined && { short }),
    },
  ]),
);

/** Splits a command line into words and flags. Throws UsageError for an unknown flag, and for one whose value is missing. */
export function readLine(args: readonly string[]): Line {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<FlagName, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!isFlagName(name)) throw unknownFlag(rawName);
    checkValue(name, rawName, { value, isInline: inlineValue === true });
    values.set(name, [...(values.get(name) ?? []), value ?? '']);
  }
  return { words: positionals, values };
}

function unknownFlag(rawName: string, names: readonly FlagName[] = flagNames): UsageError {
  const near = nearest(rawName.replace(/^-+/, ''), names);
  return new UsageError(`unknown flag ${rawName}`, near === undefined ? undefined : `Did you mean --${near}?`);
}

interface Value {
  readonly value: string | undefined;
  /** Written as `--name=value`. */
  readonly isInline: boolean;
}

function checkValue(name: FlagName, rawName: string, { value, isInline }: Value): void {
  const flag: Flag = flags[name];
  if (flag.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} does not take a value`);
    return;
  }
  if (value === undefined || value === '') throw new UsageError(`${rawName} needs a value: ${rawName} <${flag.value}>`);
  if (!isInline && value.length > 1 && value.startsWith('-'))
    throw new UsageError(`${rawName} needs a value`, `Write ${rawName}=${value} if its value begins with a dash.`);
  if (flag.choices !== undefined && !listed([value]).every((each) => flag.choices?.includes(each)))
    throw new UsageError(`${rawName} must be one of ${flag.choices.join(', ')}, not '${value}'`);
}

function listed(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',')).filter((value) => value !== '');
}

/** The command whose words a line begins with. Throws UsageError where there is none. */
export function findCommand(commands: readonly Command[], { words: [first = '', second] }: Line): Command {
  const group = commands.filter(({ words }) => words[0] === first);
  const found = group.find(({ words }) => words.length === 1 || words[1] === second);
  if (found !== undefined) return found;
  if (group.length > 0) throw unknownVerb(first, second, group);
  const near = nearest(first, [...new Set(commands.map(({ words }) => words[0]))]);
  const fix = near === undefined ? `${programName} --help lists the commands.` : `Did you mean '${near}'?`;
  throw new UsageError(`unknown command '${first}'`, fix);
}

function unknownVerb(group: string, verb: string | undefined, commands: readonly Command[]): UsageError {
  const verbs = commands.flatMap(({ words }) => words[1] ?? []);
  const all = `One of: ${verbs.join(', ')}.`;
  if (verb === undefined) return new UsageError(`${group}: a command is missing`, all);
  const near = nearest(verb, verbs);
  return new UsageError(
    `unknown command '${group} ${verb}'`,
    near === undefined ? all : `Did you mean '${group} ${near}'?`,
  );
}

/** The flags that a command takes. */
export function flagsOf({ flags: own = [], isLocal }: Command): readonly FlagName[] {
  return [...own, ...commonFlags, ...(isLocal === true ? [] : connectionFlags)];
}

/** The values that a line has for a command. Throws UsageError for flags and arguments that the command does not take. */
export function givenTo(command: Command, { words, values }: Line): Given {
  const taken = flagsOf(command);
  for (const name of values.keys()) if (!taken.includes(name)) throw unknownFlagOf(command, name, taken);
  const typed = words.slice(command.words.length);
  const wanted = command.arguments ?? [];
  checkArguments(command, typed, wanted);
  const one: Given['one'] = (flag) => {
    const [first, ...others] = values.get(flag) ?? [];
    if (others.length > 0) throw new UsageError(`--${flag} was given more than once`);
    return first;
  };
  return {
    has: (flag) => values.has(flag),
    one,
    many: (flag) => listed(values.get(flag) ?? []),
    argument: (name) => typed[wanted.findIndex((each) => each.name === name)] ?? '',
    rest: typed.slice(Math.max(0, wanted.length - 1)),
  };
}

function unknownFlagOf(command: Command, name: FlagName, taken: readonly FlagName[]): UsageError {
  const near = nearest(name, taken);
  const words = command.words.join(' ');
  const help = `${programName} ${words} --help lists its flags.`;
  return new UsageError(
    `'${words}' does not take --${name}`,
    near === undefined ? help : `Did you mean --${near}? ${help}`,
  );
}

function checkArguments({ words }: Command, typed: readonly string[], wanted: readonly Argument[]): void {
  const last = wanted.at(-1)?.count;
  const least = wanted.length - (last === 'optional' || last === 'any' ? 1 : 0);
  const isOpen = last === 'some' || last === 'any';
  const missing = wanted[typed.length];
  if (typed.length < least && missing !== undefined)
    throw new UsageError(
      `'${words.join(' ')}' needs <${missing.name}>: ${missing.description}`,
      `Usage: ${usageOf(words, wanted)}`,
    );
  const extra = typed[wanted.length];
  if (extra !== undefined && !isOpen)
    throw new UsageError(`'${words.join(' ')}' does not expect '${extra}'`, `Usage: ${usageOf(words, wanted)}`);
}

/** The command line of a command, with names for its arguments. */
export function usageOf(words: readonly string[], wanted: readonly Argument[]): string {
  return [programName, ...words, ...wanted.map(placeholder)].join(' ');
}

function placeholder({ name, count }: Argument): string {
  if (count === 'optional') return `[${name}]`;
  if (count === 'any') return `[${name}…]`;
  return count === 'some' ? `<${name}…>` : `<${name}>`;
}
