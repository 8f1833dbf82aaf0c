import type { IncomingMessage } from 'node:http';

/** Reads items from the chunks of an answer, which may be cut anywhere. */
export interface ItemSource<Item> {
  /** Returns the items that a chunk completes, in order. */
  read(chunk: Buffer): readonly Item[];
  /** Returns the items that are still owed when the answer is complete. */
  end(): readonly Item[];
  /** Returns the last item of an answer that was cut off or aborted. */
  broken(): Item;
  /** Whether nothing may follow this item; the answer is closed then. */
  isLast(item: Item): boolean;
}

/**
 * Iterates over the items of an answer. The socket is read only as fast as items are taken, and closed when the iterator is returned early.
 * An async iterator over the answer would do the same for several times the fixed cost of a stream.
 */
export class AnswerItems<Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #answer: IncomingMessage;
  readonly #source: ItemSource<Item>;
  readonly #ready: Item[] = [];
  #isOver = false;
  #resolve: ((result: IteratorResult<Item, undefined>) => void) | undefined;

  constructor(answer: IncomingMessage, source: ItemSource<Item>) {
    this.#answer = answer;
    this.#source = source;
    const isBroken = () => this.#finish(() => [source.broken()]);
    answer.on('readable', () => this.#wake());
    answer.on('end', () => this.#finish(() => source.end()));
    answer.on('error', isBroken);
    // After the end or an error this changes nothing; without either, the answer is incomplete.
    answer.on('close', isBroken);
  }

  /** Returns the first item, which `next` returns again; undefined where there is none. */
  async first(): Promise<Item | undefined> {
    const { value } = await this.next();
    if (value !== undefined) this.#ready.unshift(value);
    return value;
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const result = this.#take();
    if (result !== undefined) return Promise.resolve(result);
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#ready.length = 0;
    this.#close();
    this.#wake();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Answers a `next` that waits. Not a closure of `next`: V8 then keeps whole streams until its next full collection. */
  #wake(): void {
    const resolve = this.#resolve;
    const result = resolve && this.#take();
    if (resolve === undefined || result === undefined) return;
    this.#resolve = undefined;
    resolve(result);
  }

  #take(): IteratorResult<Item, undefined> | undefined {
    while (this.#ready.length === 0 && !this.#isOver) {
      const chunk: unknown = this.#answer.read();
      if (!Buffer.isBuffer(chunk)) return undefined;
      this.#add(this.#source.read(chunk));
    }
    const value = this.#ready.shift();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  #add(items: readonly Item[]): void {
    for (const item of items) {
      this.#ready.push(item);
      if (this.#source.isLast(item)) return this.#close();
    }
  }

  #close(): void {
    if (!this.#isOver) this.#answer.destroy();
    this.#isOver = true;
  }

  #finish(owed: () => readonly Item[]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ready.push(...owed());
    this.#wake();
  }
}
