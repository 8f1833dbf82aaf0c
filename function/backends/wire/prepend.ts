/** The same items with the one in front again that has been taken already. */
export function prepend<Item>(first: Item, rest: AsyncGenerator<Item, undefined, undefined>): AsyncIterable<Item> {
  let waiting: { readonly item: Item } | undefined = { item: first };
  const iterator: AsyncIterator<Item> = {
    next() {
      if (waiting === undefined) return rest.next();
      const value = waiting.item;
      waiting = undefined;
      return Promise.resolve({ done: false, value });
    },
    return: () => rest.return(undefined),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
