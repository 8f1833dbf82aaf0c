import { parseArgs } from 'node:util';
import { nearest } from '../cli/nearest.ts';
import { Failure } from './failure.ts';

/** The flags of a command: those with a value, and those without. */
export interface Flags {
  readonly valued: readonly string[];
  readonly plain: readonly string[];
}

/** What a command line has of the flags. */
export interface GivenFlags {
  /** The value of a flag; undefined if it is absent. */
  readonly value: (name: string) => string | undefined;
  readonly has: (name: string) => boolean;
}

/** Reads the flags of a command line. Throws a Failure with exit code 2 for anything else, naming the flag that was probably meant. */
export function readFlags(args: readonly string[], { valued, plain }: Flags): GivenFlags {
  const names = [...valued, ...plain];
  const values = new Map<string, string>();
  const options = Object.fromEntries(
    names.map((name) => [name, { type: valued.includes(name) ? ('string' as const) : ('boolean' as const) }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option') throw unexpected(token.kind === 'positional' ? token.value : '--');
    const { name, value, rawName } = token;
    if (!names.includes(name)) throw unknownFlag(rawName, names);
    if (valued.includes(name) !== (value !== undefined && value !== ''))
      throw new Failure(`${rawName} ${valued.includes(name) ? 'needs a value' : 'takes no value'}`, { exitCode: 2 });
    values.set(name, value ?? '');
  }
  return { value: (name) => values.get(name), has: (name) => values.has(name) };
}

function unexpected(word: string): Failure {
  return new Failure(`unexpected argument '${word}'`, {
    exitCode: 2,
    fix: 'Flags come after --, as in: -- --stack prod',
  });
}

function unknownFlag(rawName: string, names: readonly string[]): Failure {
  const near = nearest(rawName.replace(/^-+/, ''), names);
  return new Failure(`unknown flag ${rawName}`, {
    exitCode: 2,
    fix: near === undefined ? 'See --help.' : `Did you mean --${near}?`,
  });
}

const stackPattern = /^[\w.-]{1,100}(?:\/[\w.-]{1,100}){0,2}$/;

/** The name of a stack, which may have its organization and project in front. Throws a Failure for anything else. */
export function stackName(name: string): string {
  if (stackPattern.test(name)) return name;
  throw new Failure(`--stack must be the name of a stack, not '${name}'`, { exitCode: 2 });
}
