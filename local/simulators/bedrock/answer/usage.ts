import { BoundedMap } from '../../../bounded-map.ts';
import { pieces } from '../tokens.ts';
import type { ConverseRequest } from '../wire.ts';

/** Token usage of a reply, as Converse has it. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly cacheReadInputTokens?: number;
  readonly cacheWriteInputTokens?: number;
  readonly cacheDetails?: readonly { readonly ttl: string; readonly inputTokens: number }[];
}

// A prefix below this is not cached, silently. The real least is 1,000 to 4,096 tokens: lower here, so that trying it needs no long text.
const minPrefixTokens = 128;
const maxRemembered = 10_000;
const lifetimeMs = { '5m': 300_000, '1h': 3_600_000 } as const;

/** What the models remember of earlier prompts, apart for every key. */
export class PromptCache {
  readonly #expiries = new BoundedMap<string, number>(maxRemembered);

  /** Reads the longest prefix that is still remembered, and remembers those that the request marks. */
  usage(request: ConverseRequest, { owner, outputTokens }: { owner: string; outputTokens: number }): Usage {
    const prompt = pieces(request);
    const total = sum(prompt.map(({ tokens }) => tokens));
    const lastPoint = prompt.findLastIndex(({ cachePoint }) => cachePoint !== undefined);
    const plain = { inputTokens: total, outputTokens, totalTokens: total + outputTokens };
    const marked = sum(prompt.slice(0, lastPoint + 1).map(({ tokens }) => tokens));
    if (lastPoint < 0) return plain;
    if (marked < minPrefixTokens) return { ...plain, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
    const remembered = prompt
      .slice(0, lastPoint + 1)
      .findLastIndex(({ prefix }) => (this.#expiries.get(`${owner} ${prefix}`) ?? 0) > Date.now());
    const read = sum(prompt.slice(0, remembered + 1).map(({ tokens }) => tokens));
    const ttl = prompt[lastPoint]?.cachePoint?.ttl ?? '5m';
    for (const { prefix, cachePoint } of prompt) {
      if (cachePoint !== undefined)
        this.#expiries.set(`${owner} ${prefix}`, Date.now() + lifetimeMs[cachePoint.ttl ?? '5m']);
    }
    return {
      ...plain,
      inputTokens: total - marked,
      cacheReadInputTokens: read,
      cacheWriteInputTokens: marked - read,
      ...(marked > read && { cacheDetails: [{ ttl, inputTokens: marked - read }] }),
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
