import { resourceType } from './resource-types.ts';
import type { Templates } from './resource-type.ts';
import { isQuiet, merge } from './stand-in.ts';
import type { Wish } from './stand-in.ts';
import type { Facts } from './template.ts';

/** The engine's marker for a value that is not known yet. */
const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** A new resource in a preview: values that AWS generates are unknown. */
export function plan({ type, inputs }: Wish): Facts {
  return merge(inputs, unknown(resourceType(type).outputs ?? {}) as Facts);
}

/** A changed resource in a preview. */
export function planUpdate({ type, inputs }: Wish, old: { inputs: Facts; outputs: Facts }): Facts {
  const known = resourceType(type);
  const renewed = known.renewed && !isQuiet(known, old.inputs, inputs) ? known.renewed.outputs : [];
  const made = Object.keys(known.outputs ?? {}).map((name) => [
    name,
    renewed.includes(name) ? unknownValue : old.outputs[name],
  ]);
  return merge(inputs, Object.fromEntries(made));
}

function unknown(templates: Templates): unknown {
  if (Array.isArray(templates)) return templates.map(unknown);
  if (typeof templates !== 'object') return unknownValue;
  return Object.fromEntries(Object.entries(templates).map(([name, each]) => [name, unknown(each)]));
}
