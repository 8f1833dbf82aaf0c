import { randomInt } from 'node:crypto';

const classes = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  numeric: '0123456789',
  special: '!@#$%&*()-_=+[]{}<>:?',
} as const;

/** A class of characters, which a password may have unless its declaration says false. */
const names = ['lower', 'upper', 'numeric', 'special'] as const;

const known = new Set<string>(['length', 'keepers', ...names]);

/** What the provider `random` would make of a RandomPassword: another one at each start. Throws for inputs that are not emulated. */
export function randomPassword(inputs: Readonly<Record<string, unknown>>): string {
  const stranger = Object.keys(inputs).find((name) => !known.has(name));
  if (stranger !== undefined) throw new Error(`the local stack does not emulate ${stranger} of a RandomPassword`);
  const characters = names.map((name) => (inputs[name] === false ? '' : classes[name])).join('');
  const length = Number(inputs['length']);
  if (!(length >= 1) || characters === '') throw new Error('a RandomPassword needs a length and a class of characters');
  return Array.from({ length }, () => characters.charAt(randomInt(characters.length))).join('');
}
