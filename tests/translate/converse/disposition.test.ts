import json from '../../../schemas/bedrock/converse-stream-request.json' with { type: 'json' };
import { disposition } from '../../../function/translate/converse/disposition.ts';
import { conversePairs } from '../../golden/converse-pairs.ts';

interface Shape {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

const schema = json as unknown as Shape & { readonly $defs: Readonly<Record<string, Shape>> };
const shapes = schema.$defs;
const rows = new Map<string, readonly [how: string, reason: string]>(Object.entries(disposition));

interface Place {
  readonly path: string;
  readonly shape: Shape;
}

/**
 * The paths of all members below a place: a shape that stands in several places is walked where it comes first, and nothing is
 * walked below a member that is ignored or refused.
 */
function members(place: Place, seen: Set<string>): string[] {
  return inner(place, seen).flatMap((found) => {
    const goesOn = ['mapped', 'emulated', undefined].includes(rows.get(found.path)?.[0]);
    return [found.path].concat(goesOn ? members(found, seen) : []);
  });
}

function inner({ path, shape }: Place, seen: Set<string>): Place[] {
  const item = shape.items ?? shape;
  const name = item.$ref?.replace('#/$defs/', '');
  const target = name === undefined ? item : shapes[name];
  if (target === undefined || (name !== undefined && seen.has(name))) return [];
  if (name !== undefined) seen.add(name);
  // A list of a named shape, or a list that has a name itself.
  if (target.items !== undefined) return inner({ path, shape: target.items }, seen);
  return Object.entries(target.properties ?? {}).map(([member, below]) => ({
    path: path === '' ? member : `${path}.${member}`,
    shape: below,
  }));
}

describe('the disposition of the members of a Converse request', () => {
  test('is declared for each member of the generated schema, and for no other', () => {
    expect([...rows.keys()].sort()).toEqual(members({ path: '', shape: schema }, new Set()).sort());
  });

  test('is explained in a sentence', () => {
    for (const [, reason] of rows.values()) expect(reason).toMatch(/^.+\.$/);
  });

  test('knows what every member that is refused or ignored does to a request', () => {
    const ignored = new Set(conversePairs('request').flatMap(([, pair]) => pair.ignored ?? []));
    const refused = new Set(
      conversePairs('refused').map(([, { error }]) => error.param.replaceAll(/\.\d+\.member/g, '')),
    );
    const shown = (path: string, how: string): boolean =>
      how === 'refused' ? refused.has(path) : ignored.has(path) || silent.has(path);
    const missing = [...rows].filter(([path, [how]]) => /ignored|refused/.test(how) && !shown(path, how));
    expect(missing.map(([path]) => path)).toEqual([]);
  });
});

/** Ignored without a word: they speak of an answer that failed, and ask for nothing. */
const silent: ReadonlySet<string> = new Set(['messages.content.audio.error', 'messages.content.image.error']);
