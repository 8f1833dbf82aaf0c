import { distance } from 'fastest-levenshtein';

/** The name that a misspelled one is closest to, whatever the case of its letters; undefined if none is close. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const [best] = known
    .map((each) => ({ each, far: editDistance(wanted, each.slice(each.indexOf(':') + 1).toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(2, wanted.length / 3))
    .toSorted((one, other) => one.far - other.far);
  return best?.each;
}

/** Number of letters to change; 1 if one name contains the other. */
function editDistance(wanted: string, name: string): number {
  if (wanted === name) return 0;
  const [short, long] = wanted.length < name.length ? [wanted, name] : [name, wanted];
  return short.length >= 4 && long.includes(short) ? 1 : distance(wanted, name);
}
