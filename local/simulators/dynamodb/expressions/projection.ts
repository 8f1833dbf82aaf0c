import type { Item } from '../value.ts';
import type { ExpressionReader } from './reader.ts';

/** Reads the attributes that an answer has. Throws a ValidationException for an expression that DynamoDB refuses. */
export function readProjection(reader: ExpressionReader): ReadonlySet<string> {
  const names = new Set<string>();
  do {
    const name = reader.attribute() ?? reader.unexpected();
    if (names.has(name)) {
      reader.fail(
        `Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [${name}], path two: [${name}]`,
      );
    }
    names.add(name);
  } while (reader.accept(','));
  if (!reader.isAtEnd) reader.unexpected();
  return names;
}

/** The attributes of an item that are asked for; all of them without a projection. */
export function projected(item: Item, names: ReadonlySet<string> | undefined): Item {
  return names === undefined ? item : new Map([...item].filter(([name]) => names.has(name)));
}
