/** `reasoning`: as DeepSeek and Kimi do, in `reasoning_content`. `signatures`: as Gemini does, in `extra_content` of calls. */
export type WantsBack = 'reasoning' | 'signatures';

/** A model of the simulated provider. */
export interface Model {
  readonly id: string;
  /** What replies call it: the version behind the name. */
  readonly version: string;
  readonly kind: 'chat' | 'completions' | 'embeddings';
  readonly contextTokens: number;
  readonly maxTokens: number;
  /** Thinks first, unseen, and takes no sampling parameters. */
  readonly thinks?: boolean;
  /** Other servers than OpenAI's refuse a call of the history that lacks what they gave with it. */
  readonly wantsBack?: WantsBack;
  /** Dimensions of an embedding: how many at most, and whether a request may ask for fewer. */
  readonly dimensions?: { readonly most: number; readonly free: boolean };
  readonly throttled?: boolean;
}

const chat = { kind: 'chat', contextTokens: 128_000, maxTokens: 16_384 } as const;
const embeddings = { kind: 'embeddings', contextTokens: 8192, maxTokens: 0 } as const;

/** The model that the local stack's examples use. */
const mainModel = 'gpt-4o-mini';
/** The model that is always throttled: whatever is asked of it, the answer is a 429. */
const throttledModel = 'gpt-4-turbo';

/** Every model of the simulated provider. */
export const models: readonly Model[] = [
  { ...chat, id: mainModel, version: 'gpt-4o-mini-2024-07-18' },
  { ...chat, id: 'gpt-4o', version: 'gpt-4o-2024-08-06' },
  { ...chat, id: throttledModel, version: 'gpt-4-turbo-2024-04-09', maxTokens: 4096, throttled: true },
  { ...chat, id: 'o4-mini', version: 'o4-mini-2025-04-16', contextTokens: 200_000, maxTokens: 100_000, thinks: true },
  { ...chat, id: 'deepseek-v4', version: 'deepseek-v4', wantsBack: 'reasoning' },
  { ...chat, id: 'gemini-3-pro', version: 'gemini-3-pro', wantsBack: 'signatures' },
  {
    id: 'gpt-3.5-turbo-instruct',
    version: 'gpt-3.5-turbo-instruct:20230824-v2',
    kind: 'completions',
    contextTokens: 4096,
    maxTokens: 4096,
  },
  {
    ...embeddings,
    id: 'text-embedding-3-small',
    version: 'text-embedding-3-small',
    dimensions: { most: 1536, free: true },
  },
  {
    ...embeddings,
    id: 'text-embedding-3-large',
    version: 'text-embedding-3-large',
    dimensions: { most: 3072, free: true },
  },
  {
    ...embeddings,
    id: 'text-embedding-ada-002',
    version: 'text-embedding-ada-002-v2',
    dimensions: { most: 1536, free: false },
  },
];
