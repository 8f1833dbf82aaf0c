import { foundationId } from '../../function/dialects/model-ids.ts';

/** The beginning of regions in which profiles of a geography are called, by the prefix of the profiles' ids. */
const beginnings: ReadonlyMap<string, string> = new Map([
  ['apac', 'ap-'],
  ['au', 'ap-'],
  ['eu', 'eu-'],
  ['jp', 'ap-'],
  ['us', 'us-'],
]);

/** Regions of which it is certain that no other geography's profiles are called there; AWS adds some of the others now and then. */
const settled = ['ap-', 'eu-', 'us-'];

/** Whether an id is that of a profile which certainly can be called in none of the regions. */
export function isElsewhere(model: string, regions: readonly string[]): boolean {
  const prefix = model.slice(0, model.length - foundationId(model).length).replace(/\.$/, '');
  const own = beginnings.get(prefix);
  if (own === undefined) return false;
  return regions.every((region) => !region.startsWith(own) && settled.some((each) => region.startsWith(each)));
}
