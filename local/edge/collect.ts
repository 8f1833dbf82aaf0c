import { maxPayloadBytes, type InvokeResult } from '../lambda/lambda.ts';

/** Takes an answer that is not streamed: whole, and within Lambda's limit. */
export class Collector {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  readonly take = (bytes: Uint8Array): void => {
    this.#bytes += bytes.byteLength;
    if (this.#bytes <= maxPayloadBytes) this.#chunks.push(Buffer.from(bytes));
  };

  /** The text, or undefined when it was too large. */
  text(): string | undefined {
    return this.#bytes > maxPayloadBytes ? undefined : Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** The result of an invocation, unless it takes longer; what it then still does goes unheard. */
export async function within(milliseconds: number, result: Promise<InvokeResult>): Promise<InvokeResult | 'timeout'> {
  const { promise, resolve } = Promise.withResolvers<'timeout'>();
  const timer = setTimeout(() => resolve('timeout'), milliseconds);
  try {
    return await Promise.race([result, promise]);
  } finally {
    clearTimeout(timer);
  }
}
