import type { Command } from './command.ts';
import { flagsOf } from './command-line.ts';
import { flags, isFlagName, type Flag, type FlagName } from './flags.ts';

/** What the last word of a command line could become: a line each, with its description after a tab. */
export function candidates(commands: readonly Command[], words: readonly string[]): string {
  const [typed, ...before] = words.toReversed();
  const found = next(commands, before.toReversed()).filter(([name]) => name.startsWith(typed ?? ''));
  return found.map(([name, description]) => `${name}\t${description}\n`).join('');
}

type Candidate = readonly [name: string, description: string];

function next(commands: readonly Command[], before: readonly string[]): readonly Candidate[] {
  const pending = pendingFlag(before.at(-1) ?? '');
  if (pending !== undefined) return (pending.choices ?? []).map((choice) => [choice, pending.description]);
  const [first, second] = typedWords(before);
  if (first === undefined) return groups(commands);
  const group = commands.filter(({ words }) => words[0] === first);
  const command = group.find(({ words }) => words.length === 1 || words[1] === second);
  if (command !== undefined) return flagsOf(command).map(flagCandidate);
  return second === undefined ? group.map(({ words, summary }) => [words[1] ?? '', summary]) : [];
}

/** The words that are neither flags nor their values. */
function typedWords(before: readonly string[]): readonly string[] {
  return before.filter((word, index) => !word.startsWith('-') && pendingFlag(before[index - 1] ?? '') === undefined);
}

/** The flag whose value comes next. */
function pendingFlag(word: string): Flag | undefined {
  const all: readonly (readonly [string, Flag])[] = Object.entries(flags);
  const name = word.startsWith('--') ? word.slice(2) : all.find(([, { short }]) => word === `-${short}`)?.[0];
  if (name === undefined || !isFlagName(name)) return undefined;
  const flag: Flag = flags[name];
  return flag.value === undefined ? undefined : flag;
}

/** The first words of commands; a group is described by its verbs. */
function groups(commands: readonly Command[]): readonly Candidate[] {
  const firsts = [...new Set(commands.map(({ words }) => words[0]))];
  return firsts.map((first) => {
    const group = commands.filter(({ words }) => words[0] === first);
    const verbs = group.flatMap(({ words }) => words[1] ?? []);
    return [first, verbs.length > 0 ? verbs.join(', ') : (group[0]?.summary ?? '')];
  });
}

function flagCandidate(name: FlagName): Candidate {
  return [`--${name}`, flags[name].description];
}
