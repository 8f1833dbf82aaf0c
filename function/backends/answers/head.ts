import type { CompletionUsage } from '../../dialects/chat.gen.ts';
import { isObject } from '../../dialects/json.ts';
import type { AnswerContext, Value } from './answer-reader.ts';

/** The fields that replies and chunks of all dialects have in common. */
export interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/**
 * The head of a reply or chunk. Fields that a server omits are taken from the chunk before, and in the first one from the call's stamp.
 */
export function headOf({ id, created, model }: Value, { stamp }: AnswerContext, before?: Head): Head {
  return {
    id: idOf(id) || (before ?? stamp).id,
    created: typeof created === 'number' && Number.isFinite(created) ? Math.floor(created) : (before ?? stamp).created,
    model: typeof model === 'string' ? model : (before?.model ?? ''),
  };
}

/** An id as text: some servers write a number. Empty where there is none. */
export function idOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

/** Optional fields of a reply or chunk that may not be null in OpenAI's schema, as far as they can be read. */
export function extrasOf(value: Value): {
  readonly service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast';
  readonly system_fingerprint?: string;
} {
  const { service_tier: serviceTier, system_fingerprint: print } = value;
  const tier = tiers.find((one) => one === serviceTier);
  return { ...(tier && { service_tier: tier }), ...(typeof print === 'string' && { system_fingerprint: print }) };
}

const tiers = ['auto', 'default', 'flex', 'scale', 'priority', 'fast'] as const;

/** Token counts as whole numbers, 0 where a count is missing; undefined where there is no usage. */
export function readUsage(value: unknown): CompletionUsage | undefined {
  if (!isObject(value)) return undefined;
  const { prompt_tokens_details: prompt, completion_tokens_details: completion, ...rest } = value;
  const used = [count(value['prompt_tokens']), count(value['completion_tokens'])] as const;
  return {
    ...rest,
    prompt_tokens: used[0],
    completion_tokens: used[1],
    total_tokens: count(value['total_tokens']) || used[0] + used[1],
    ...(isObject(prompt) && { prompt_tokens_details: counts(prompt) }),
    ...(isObject(completion) && { completion_tokens_details: counts(completion) }),
  };
}

function counts(details: Value): Readonly<Record<string, number>> {
  const known = Object.entries(details).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(known.map(([name, value]) => [name, count(value)]));
}

function count(value: unknown): number {
  const whole = typeof value === 'number' ? Math.round(value) : 0;
  return Number.isSafeInteger(whole) && whole > 0 ? whole : 0;
}
