import { foundationId } from '../dialects/model-ids.ts';
import type { Caching, Family, Thinking, ToolSchemas } from './family.ts';

// The sources are AWS's guide and service model, the capability tables of @ai-sdk/anthropic 3.0.138 and langchain-aws
// (August 2026); a row says only in what it differs from the one that it spreads.

const words = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high' } as const;

const noThinking: Thinking = {
  form: 'none',
  efforts: words,
  omitsText: false,
  byDefault: false,
  off: 'absent',
  dropsSampling: false,
  unbounded: [],
  needsReplay: false,
};

/** A family that always reasons, and cannot be told how much. */
const alwaysThinking: Thinking = { ...noThinking, byDefault: true, off: 'never' };

/** Tokens to think with. Anthropic's least is 1,024; the largest leaves room for an answer within 64,000. */
const budgets = { minimal: 1024, low: 2048, medium: 8192, high: 16_384, xhigh: 24_576, max: 32_768 } as const;

const budget: Thinking = { ...noThinking, form: 'budget', efforts: budgets, dropsSampling: true, needsReplay: true };

const adaptive: Thinking = {
  ...noThinking,
  form: 'adaptive',
  efforts: { ...words, max: 'max' },
  dropsSampling: true,
};

/** From Opus 4.7 on there is a step between high and max, and reasoning comes without its text unless a summary is asked for. */
const adaptiveWithXhigh: Thinking = {
  ...adaptive,
  efforts: { ...words, xhigh: 'xhigh', max: 'max' },
  omitsText: true,
};

const anySchema: ToolSchemas = { rootCombinators: true, propertyNames: undefined, plainRoot: false };

const everywhere: Caching = { positions: ['system', 'messages', 'tools'], ttl: false };

/**
 * The row of a model that the catalog does not know. It adds nothing by itself; what the caller asks for (images,
 * documents, tools) is passed on, because Bedrock itself is the better judge of it.
 */
const generic: Family = {
  name: 'generic',
  system: true,
  tools: 'buffered',
  forced: 'none',
  forcedWhileThinking: true,
  sampling: 'one',
  thinking: noThinking,
  replay: 'none',
  inlineReasoningTags: false,
  nativeJson: false,
  strictTools: false,
  toolSchemas: anySchema,
  caching: undefined,
  images: true,
  resultImages: false,
  documents: true,
  audio: false,
  videos: false,
  prefill: false,
  serialCalls: false,
  stopSequences: 'any',
  nativeChat: false,
  nativeResponses: false,
  mantleBase: undefined,
  onlyMantle: false,
  nativeLacks: [],
  toolUseIds: 'bedrock',
  maxOutput: undefined,
  unlimitedEnd: undefined,
  betas: undefined,
};

const claude3: Family = {
  ...generic,
  name: 'claude-3',
  resultImages: true,
  tools: 'streamed',
  forced: 'any-or-tool',
  sampling: 'all',
  toolSchemas: { rootCombinators: false, propertyNames: /^[a-zA-Z0-9_.-]{1,64}$/, plainRoot: false },
  prefill: true,
  stopSequences: 'visible',
  serialCalls: true,
  maxOutput: 4096,
  unlimitedEnd: 4096,
  betas: [],
};
const claude35: Family = { ...claude3, name: 'claude-3-5', maxOutput: 8192 };
const claude37: Family = {
  ...claude3,
  name: 'claude-3-7',
  thinking: budget,
  forcedWhileThinking: false,
  replay: 'signed',
  caching: everywhere,
  maxOutput: 64_000,
  betas: ['computer-use-2025-01-24', 'output-128k-2025-02-19', 'token-efficient-tools-2025-02-19'],
};
const claudeBetas = ['fine-grained-tool-streaming-2025-05-14', 'computer-use-2025-01-24'];
const claude4Betas = ['interleaved-thinking-2025-05-14', ...claudeBetas, 'context-management-2025-06-27'];
const sonnet4: Family = {
  ...claude37,
  name: 'claude-sonnet-4',
  betas: [...claude4Betas, 'context-1m-2025-08-07'],
};
const opus4: Family = { ...claude37, name: 'claude-opus-4', maxOutput: 32_000, betas: claude4Betas };
/** Temperature and topP together are refused from here on. */
const claude45: Family = {
  ...claude37,
  name: 'claude-sonnet-4-5',
  sampling: 'one',
  nativeJson: true,
  strictTools: true,
  caching: { ...everywhere, ttl: true },
  betas: [...claude4Betas, 'tool-search-tool-2025-10-19'],
};
const claude46: Family = {
  ...claude45,
  name: 'claude-opus-4-6',
  thinking: adaptive,
  prefill: false,
  // Bedrock refuses 128,000 itself.
  maxOutput: 127_999,
  betas: [...claudeBetas, 'tool-search-tool-2025-10-19'],
};
/** Bedrock's schema refuses `strict` and the output format from here on, and every sampling parameter. */
const opus47: Family = {
  ...claude46,
  name: 'claude-opus-4-7',
  thinking: adaptiveWithXhigh,
  sampling: 'none',
  nativeJson: false,
  strictTools: false,
};
const opus48: Family = { ...opus47, name: 'claude-opus-4-8', forcedWhileThinking: true };
/** A family that thinks unless it is told not to. */
const claude5: Family = {
  ...opus48,
  name: 'claude-opus-5',
  thinking: { ...adaptiveWithXhigh, byDefault: true, off: 'said' },
};
const fable5: Family = {
  ...claude5,
  name: 'claude-fable-5',
  thinking: { ...adaptiveWithXhigh, byDefault: true, off: 'never' },
};
/** The newest Claude: no forced choice at all. What is not known yet is taken for this. */
const claude55: Family = { ...fable5, name: 'claude-opus-5-5', forced: 'none' };

const nova1: Family = {
  ...generic,
  name: 'nova-1',
  videos: true,
  resultImages: true,
  tools: 'streamed',
  forced: 'any-or-tool',
  sampling: 'all',
  inlineReasoningTags: true,
  toolSchemas: { ...anySchema, rootCombinators: false, plainRoot: true },
  caching: { positions: ['system', 'messages'], ttl: false },
  prefill: true,
  maxOutput: 10_000,
};
const nova2: Family = {
  ...nova1,
  name: 'nova-2',
  thinking: { ...noThinking, form: 'reasoningConfig', unbounded: ['high'] },
  inlineReasoningTags: false,
  toolSchemas: anySchema,
  prefill: false,
  maxOutput: undefined,
};

const gptOss: Family = {
  ...generic,
  name: 'gpt-oss',
  nativeChat: true,
  mantleBase: '/v1',
  nativeLacks: ['json-schema'],
  tools: 'streamed',
  forced: 'any',
  sampling: 'all',
  thinking: { ...noThinking, form: 'reasoning_effort', byDefault: true, off: 'never' },
  images: false,
  stopSequences: 'none',
};
const gpt5: Family = {
  ...gptOss,
  name: 'gpt-5',
  // Those of gpt-oss are on bedrock-mantle alone (Bedrock user guide, "Responses API").
  nativeResponses: true,
  mantleBase: undefined,
  nativeLacks: ['tools-while-reasoning'],
  sampling: 'none',
  thinking: {
    ...noThinking,
    form: 'reasoning',
    // Bedrock's runtime has GPT-5.6, which knows no `minimal`.
    efforts: { ...words, xhigh: 'xhigh', max: 'max' },
    byDefault: true,
    off: 'said',
  },
  replay: 'redacted',
  images: true,
  stopSequences: 'any',
};

/** GPT-5.4 and 5.5, which Bedrock's runtime does not have (Bedrock user guide, model cards of June 2026). */
const gptOnMantle: Family = {
  ...gpt5,
  name: 'gpt-5-4',
  nativeChat: false,
  nativeResponses: false,
  mantleBase: '/openai/v1',
  onlyMantle: true,
  nativeLacks: [],
};

const deepseekR1: Family = {
  ...generic,
  name: 'deepseek-r1',
  tools: 'none',
  sampling: 'all',
  thinking: alwaysThinking,
  images: false,
};
const deepseek31: Family = {
  ...generic,
  name: 'deepseek-v3-1',
  nativeChat: true,
  tools: 'streamed',
  forced: 'any',
  sampling: 'all',
  thinking: { ...noThinking, form: 'reasoning_config' },
  replay: 'text',
  images: false,
};

/** Qwen3, GLM, MiniMax, Nemotron, Gemma 3: tools by automatic choice alone, no wish about reasoning. */
const openWeight: Family = {
  ...generic,
  name: 'open-weight',
  nativeChat: true,
  tools: 'streamed',
  sampling: 'all',
  inlineReasoningTags: true,
};

const llama3: Family = { ...generic, name: 'llama-3', tools: 'none', sampling: 'all', images: false };
const llama31: Family = { ...llama3, name: 'llama-3-1', tools: 'buffered' };

const mistral: Family = {
  ...openWeight,
  name: 'mistral-3',
  forced: 'any',
  toolUseIds: 'nine-alphanumerics',
};
const mistralLarge: Family = { ...mistral, name: 'mistral-large', tools: 'buffered', images: false };

/** No system prompt, no tools: what the first text models on Bedrock have in common. */
const textOnly: Family = {
  ...generic,
  name: 'titan-text',
  system: false,
  tools: 'none',
  sampling: 'all',
  images: false,
};

/** The generations of one line of models, oldest first, by the version that the id shows. */
interface Line {
  readonly ids: RegExp;
  /** Finds the version: major, and minor where there is one. Without it, or without a find, the newest row is meant. */
  readonly version?: RegExp;
  readonly generations: readonly (readonly [version: number, row: Family])[];
}

const only = (ids: RegExp, row: Family): Line => ({ ids, generations: [[0, row]] });

// A version has one or two digits; the eight of a date (20250514) are none. Both orders occur: claude-3-7-sonnet, claude-sonnet-4-5.
const claudeVersion = /claude-(?:[a-z]+-)?(\d{1,2})(?!\d)(?:-(\d{1,2})(?!\d))?/;

/** Looked through from the top: the special before the general. */
const lines: readonly Line[] = [
  {
    ids: /^anthropic\.claude.*opus/,
    version: claudeVersion,
    generations: [
      [3, claude3],
      [4, opus4],
      [4.1, { ...opus4, name: 'claude-opus-4-1', nativeJson: true }],
      [4.5, { ...claude45, name: 'claude-opus-4-5' }],
      [4.6, claude46],
      [4.7, opus47],
      [4.8, opus48],
      [5, claude5],
      [5.5, claude55],
    ],
  },
  {
    ids: /^anthropic\.claude.*sonnet/,
    version: claudeVersion,
    generations: [
      [3, claude3],
      [3.5, claude35],
      [3.7, claude37],
      [4, sonnet4],
      [4.5, { ...claude45, betas: [...(claude45.betas ?? []), 'context-1m-2025-08-07'] }],
      [4.6, { ...claude46, name: 'claude-sonnet-4-6', nativeJson: false }],
      [5, { ...claude5, name: 'claude-sonnet-5' }],
      [5.5, { ...claude55, name: 'claude-sonnet-5-5' }],
    ],
  },
  {
    ids: /^anthropic\.claude.*haiku/,
    version: claudeVersion,
    generations: [
      [3, claude3],
      [3.5, { ...claude35, name: 'claude-haiku-3-5', caching: everywhere, images: false }],
      // Here too the round number is refused.
      [4.5, { ...claude45, name: 'claude-haiku-4-5', nativeJson: false, maxOutput: 63_999 }],
      [5.5, { ...claude5, name: 'claude-haiku-5-5' }],
    ],
  },
  {
    ids: /^anthropic\.claude.*fable/,
    version: claudeVersion,
    generations: [
      [5, fable5],
      [5.1, { ...claude55, name: 'claude-fable-5-1' }],
    ],
  },
  {
    ids: /^anthropic\.claude.*mythos/,
    version: claudeVersion,
    generations: [[5, { ...fable5, name: 'claude-mythos-5' }]],
  },
  only(/^anthropic\.claude-(?:v2|instant)/, { ...claude3, name: 'claude-2', tools: 'none', images: false }),
  only(/^anthropic\./, claude55),
  only(/^amazon\.nova-micro/, { ...nova1, name: 'nova-micro-1', images: false, documents: false, videos: false }),
  only(/^amazon\.nova-2-omni/, { ...nova2, name: 'nova-2-omni', audio: true }),
  only(/^amazon\.nova-premier/, { ...nova1, name: 'nova-premier-1', maxOutput: undefined }),
  only(/^amazon\.nova-(?:lite|pro)/, nova1),
  only(/^amazon\.nova/, nova2),
  only(/^amazon\.titan/, textOnly),
  only(/^openai\.gpt-oss/, gptOss),
  only(/^openai\.gpt-5\.[45](?!\d)/, gptOnMantle),
  only(/^openai\./, gpt5),
  only(/^xai\./, { ...openWeight, name: 'grok', nativeChat: false, thinking: alwaysThinking, replay: 'redacted' }),
  only(/^moonshot(?:ai)?\./, {
    ...openWeight,
    name: 'kimi',
    thinking: {
      ...noThinking,
      form: 'reasoning_effort',
      efforts: { minimal: 'low', low: 'low', medium: 'high', high: 'high', xhigh: 'max', max: 'max' },
      byDefault: true,
      off: 'never',
    },
  }),
  only(/^deepseek\.r1/, deepseekR1),
  {
    ids: /^deepseek\./,
    // Bedrock's `deepseek.v3-v1:0` is V3.1.
    version: /^deepseek\.v(\d)(?:\.(\d))?/,
    generations: [
      [3.1, deepseek31],
      [3.2, { ...deepseek31, name: 'deepseek-v3-2', forced: 'any-or-tool' }],
    ],
  },
  only(/^(?:qwen|zai|minimax|nvidia|google)\./, openWeight),
  only(/^meta\.llama3-2-(?:1|3)b/, { ...llama3, name: 'llama-3-2-small' }),
  only(/^meta\.llama3-2-/, { ...llama31, name: 'llama-3-2', images: true }),
  {
    ids: /^meta\.llama/,
    // The 8 of `llama3-8b` is its size.
    version: /^meta\.llama(\d{1,2})(?:-(\d)(?![\db]))?/,
    generations: [
      [3, llama3],
      [3.1, llama31],
      [3.3, { ...llama31, name: 'llama-3-3' }],
      [4, { ...llama31, name: 'llama-4', images: true }],
    ],
  },
  only(/^mistral\.(?:mistral-7b|mixtral-8x7b)/, { ...textOnly, name: 'mistral-instruct' }),
  only(/^mistral\.mistral-(?:large|small)-24/, mistralLarge),
  only(/^mistral\.pixtral/, { ...mistralLarge, name: 'pixtral', images: true }),
  only(/^mistral\.voxtral/, { ...mistral, name: 'voxtral', audio: true }),
  only(/^mistral\./, mistral),
  only(/^cohere\.command-r/, { ...generic, name: 'command-r', tools: 'streamed', sampling: 'all', images: false }),
  only(/^cohere\.command-(?:text|light)/, { ...textOnly, name: 'command', documents: false }),
  only(/^ai21\.jamba/, { ...generic, name: 'jamba', tools: 'streamed', sampling: 'all', images: false }),
  only(/^writer\./, { ...generic, name: 'palmyra', sampling: 'all' }),
];

/** A model id without what its family does not depend on: the ARN around it, and the prefix of a profile. */
export function baseId(modelId: string): string {
  const id = modelId.replace(/^arn:[^/]*:(?:foundation-model|inference-profile|custom-model)\//, '').toLowerCase();
  return foundationId(id);
}

/** The generation with this version or, where the table has none, the next newer one; else the newest. */
function generation(line: Line, id: string): Family | undefined {
  const found = line.version?.exec(id);
  const version = found ? Number(found[1]) + Number(found[2] ?? 0) / 10 : Number.POSITIVE_INFINITY;
  // Half a step of tolerance: 4 + 6/10 is not exactly 4.6.
  const row = line.generations.find(([since]) => since > version - 0.05) ?? line.generations.at(-1);
  return row?.[1];
}

/**
 * What the model with this id can do: a model id, a profile id or an ARN that shows one. A newer model of a known line has
 * the line's newest row; a model of no known line, and an ARN that shows no model, has the generic one.
 */
export function familyOf(modelId: string): Family {
  const known = found.get(modelId);
  if (known !== undefined) return known;
  const id = baseId(modelId);
  const line = lines.find(({ ids }) => ids.test(id));
  const family = (line && generation(line, id)) ?? generic;
  // Callers name ids: what is remembered of them is bounded.
  if (found.size >= mostFound) found.clear();
  found.set(modelId, family);
  return family;
}

/** Trying every line costs more than the rest of the translation, and a stack is asked for a few models again and again. */
const found = new Map<string, Family>();
const mostFound = 256;

/** Every row, for the documentation and for tests. */
export const families: readonly Family[] = [
  generic,
  ...lines.flatMap((line) => line.generations.map(([, row]) => row)),
];
