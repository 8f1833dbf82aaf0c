import type { StateResource } from './sandbox.ts';

/** The resources of a state in the format of the golden variants: the type of the parent, the resource's type, and its name. */
export function goldenUrns(resources: readonly StateResource[]): string[] {
  return resources
    .map(({ urn, parent, type }) => `${typeOf(parent ?? '')}$${type}::${urn.split('::')[3] ?? ''}`)
    .toSorted();
}

function typeOf(urn: string): string {
  return urn.split('::')[2]?.split('$').at(-1) ?? '';
}
