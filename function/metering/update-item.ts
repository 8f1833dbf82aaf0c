import type { Update } from './usage-table.ts';

/**
 * The input of UpdateItem for a change of a table, as JSON: text from the start, since every request writes several. Throws an Error for a
 * change that changes nothing. Names of numbers consist of letters and digits.
 */
export function updateItemText(table: string, update: Update): string {
  const { pk, sk, add = {}, set = {}, atMost = {}, expires, returns = 'counts' } = update;
  const sets = expires === undefined ? set : { ...set, expires };
  let shape = '';
  let values = '';
  for (const name in sets) {
    shape += `=${name},`;
    values += `":set_${name}":${valueText(sets[name] ?? '')},`;
  }
  for (const name in add) {
    shape += `+${name},`;
    values += `":add_${name}":${valueText(add[name] ?? 0)},`;
  }
  for (const name in atMost) {
    shape += `<${name},`;
    values += `":most_${name}":${valueText(atMost[name] ?? 0)},`;
  }
  const place = `"Key":{"pk":${valueText(pk)},"sk":${valueText(sk)}}`;
  const answer = `"ReturnValues":"${returns === 'counts' ? 'ALL_NEW' : 'NONE'}"`;
  const given = `"ExpressionAttributeValues":{${values.slice(0, -1)}}`;
  return `{"TableName":${JSON.stringify(table)},${place},${expressionsOf(shape)},${given},${answer}}`;
}

function valueText(value: number | string): string {
  return typeof value === 'number' ? `{"N":"${value}"}` : `{"S":${JSON.stringify(value)}}`;
}

/** The expressions of changes by what they change, such as `=expires,+requests,<requests,`. There are few of them. */
const known = new Map<string, string>();

/** Expressions that are kept at once. */
const maxKnown = 1_000;

function expressionsOf(shape: string): string {
  const found = known.get(shape);
  if (found !== undefined) return found;
  const made = expressionsText(shape.split(',').slice(0, -1));
  if (known.size >= maxKnown) known.clear();
  known.set(shape, made);
  return made;
}

function expressionsText(parts: readonly string[]): string {
  const namesAfter = (mark: string) => parts.flatMap((part) => (part.startsWith(mark) ? [part.slice(1)] : []));
  const sets = namesAfter('=').map((name) => `#${name} = :set_${name}`);
  const adds = namesAfter('+').map((name) => `#${name} :add_${name}`);
  const limits = namesAfter('<').map((name) => `(attribute_not_exists(#${name}) OR #${name} <= :most_${name})`);
  if (sets.length + adds.length === 0) throw new Error('a change of a table changes nothing');
  const update = [clause('SET', sets), clause('ADD', adds)].filter((each) => each !== '').join(' ');
  const names = Object.fromEntries(parts.map((part) => [`#${part.slice(1)}`, part.slice(1)]));
  const text = JSON.stringify({
    UpdateExpression: update,
    ...(limits.length > 0 && {
      ConditionExpression: limits.join(' AND '),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
    ExpressionAttributeNames: names,
  });
  return text.slice(1, -1);
}

function clause(word: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${word} ${parts.join(', ')}`;
}
