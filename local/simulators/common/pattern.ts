/**
 * A text that a regular expression matches, for the plain ones that tool schemas have: literals, classes, groups,
 * alternatives (the first is taken) and counts (the least is taken). What it cannot do the caller finds out by matching.
 */
export function matching(pattern: string): string {
  return alternatives({ pattern, at: 0 });
}

interface Cursor {
  readonly pattern: string;
  at: number;
}

const escapes: Readonly<Record<string, string>> = {
  d: '1',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
  b: '',
  B: '',
  t: '\t',
  n: '\n',
};

function alternatives(cursor: Cursor): string {
  const first = sequence(cursor);
  while (cursor.pattern[cursor.at] === '|') {
    cursor.at += 1;
    sequence(cursor);
  }
  return first;
}

function sequence(cursor: Cursor): string {
  let text = '';
  while (cursor.at < cursor.pattern.length && !'|)'.includes(cursor.pattern[cursor.at] ?? '')) {
    const piece = atom(cursor);
    text += piece.repeat(count(cursor));
  }
  return text;
}

function atom(cursor: Cursor): string {
  const character = cursor.pattern[cursor.at] ?? '';
  cursor.at += 1;
  if (character === '^' || character === '$') return '';
  if (character === '.') return 'a';
  if (character === '[') return oneOf(cursor);
  if (character === '(') return group(cursor);
  if (character !== '\\') return character;
  const escaped = cursor.pattern[cursor.at] ?? '';
  cursor.at += 1;
  return escapes[escaped] ?? escaped;
}

function group(cursor: Cursor): string {
  const prefix = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(cursor.pattern.slice(cursor.at))?.[0] ?? '';
  cursor.at += prefix.length;
  const text = alternatives(cursor);
  cursor.at += 1;
  // A look-around matches no text of its own.
  return /[=!]$/.test(prefix) ? '' : text;
}

function oneOf(cursor: Cursor): string {
  const end = cursor.pattern.slice(cursor.at + 1).search(/(?<!\\)\]/) + cursor.at + 1;
  const inside = cursor.pattern.slice(cursor.at, end);
  cursor.at = end + 1;
  const negated = inside.startsWith('^');
  const matcher = new RegExp(`^[${inside}]$`);
  const first = negated ? undefined : literal(inside);
  return first ?? 'a1A-_ .,z0Z/:@#'.split('').find((candidate) => matcher.test(candidate)) ?? 'a';
}

function literal(inside: string): string | undefined {
  const [first = '', second = ''] = inside;
  return first === '\\' ? (escapes[second] ?? second) : first;
}

function count(cursor: Cursor): number {
  const rest = cursor.pattern.slice(cursor.at);
  const [whole = '', least] = /^(?:\{(\d+)(?:,\d*)?\}|[*+?])\??/.exec(rest) ?? [];
  cursor.at += whole.length;
  if (least !== undefined) return Number(least);
  return whole.startsWith('*') || whole.startsWith('?') ? 0 : 1;
}
