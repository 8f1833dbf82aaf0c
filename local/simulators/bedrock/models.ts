import type { EmbeddingForm } from './embeddings/schemas.ts';
import { families, type Family, type FamilyName } from './families.ts';

/** A foundation model of the simulated region. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  /** Absent for what Converse cannot reach: embeddings and rerankers. */
  readonly family?: FamilyName;
  /** The bodies that InvokeModel takes for it, where it makes embeddings. */
  readonly embedding?: EmbeddingForm;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly streaming: boolean;
  /** Where the model may be called: under its own id, by a profile of the region's geography, by a global one. */
  readonly reach: readonly ('on-demand' | 'geo' | 'global')[];
  readonly legacy?: boolean;
  readonly contextTokens: number;
  readonly maxTokens: number;
  readonly documents: boolean;
  readonly throttled?: boolean;
}

const text = { input: ['TEXT'], output: ['TEXT'], streaming: true, documents: false } as const;
const sight = { ...text, input: ['TEXT', 'IMAGE'], documents: true } as const;
// Converse itself reads documents into text for these.
const reader = { ...text, documents: true } as const;
const nova = {
  ...sight,
  input: ['TEXT', 'IMAGE', 'VIDEO'],
  provider: 'Amazon',
  contextTokens: 300_000,
  maxTokens: 10_000,
} as const;
const claude = {
  ...sight,
  provider: 'Anthropic',
  contextTokens: 200_000,
  maxTokens: 64_000,
  reach: ['geo', 'global'],
} as const;
const embedding = {
  ...text,
  output: ['EMBEDDING'],
  streaming: false,
  reach: ['on-demand'],
  contextTokens: 8192,
  maxTokens: 1,
} as const;
const cohereEmbedding = { ...embedding, input: ['TEXT', 'IMAGE'], provider: 'Cohere', contextTokens: 512 } as const;
// The round number itself is refused.
const claudeLong = { ...claude, contextTokens: 1_000_000, maxTokens: 127_999 } as const;

/** The model that the local stack's examples use: images, documents, every tool choice, JSON schemas natively. */
export const mainModel = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
/** The model that is always throttled: whatever is asked of it, the answer is a ThrottlingException. */
export const throttledModel = 'amazon.nova-premier-v1:0';

/** Every foundation model of the simulated regions. */
export const catalog: readonly Model[] = [
  {
    ...claude,
    id: 'anthropic.claude-3-haiku-20240307-v1:0',
    name: 'Claude 3 Haiku',
    family: 'claude-3',
    reach: ['on-demand', 'geo'],
    legacy: true,
    maxTokens: 4096,
  },
  { ...claude, id: mainModel, name: 'Claude Sonnet 4.5', family: 'claude-4-5' },
  {
    ...claude,
    id: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    name: 'Claude Haiku 4.5',
    family: 'claude-4-5',
    maxTokens: 63_999,
  },
  { ...claudeLong, id: 'anthropic.claude-sonnet-4-6', name: 'Claude Sonnet 4.6', family: 'claude-4-6' },
  { ...claudeLong, id: 'anthropic.claude-opus-4-7', name: 'Claude Opus 4.7', family: 'claude-4-7' },
  { ...claudeLong, id: 'anthropic.claude-sonnet-5', name: 'Claude Sonnet 5', family: 'claude-5' },
  { ...claudeLong, id: 'anthropic.claude-opus-5-5', name: 'Claude Opus 5.5', family: 'claude-5-5' },
  {
    ...nova,
    ...text,
    id: 'amazon.nova-micro-v1:0',
    name: 'Nova Micro',
    family: 'nova-1',
    reach: ['on-demand', 'geo'],
    contextTokens: 128_000,
  },
  { ...nova, id: 'amazon.nova-lite-v1:0', name: 'Nova Lite', family: 'nova-1', reach: ['on-demand', 'geo'] },
  { ...nova, id: 'amazon.nova-pro-v1:0', name: 'Nova Pro', family: 'nova-1', reach: ['on-demand', 'geo'] },
  {
    ...nova,
    id: throttledModel,
    name: 'Nova Premier',
    family: 'nova-1',
    reach: ['geo'],
    contextTokens: 1_000_000,
    throttled: true,
  },
  {
    ...nova,
    id: 'amazon.nova-2-lite-v1:0',
    name: 'Nova 2 Lite',
    family: 'nova-2',
    reach: ['geo', 'global'],
    contextTokens: 1_000_000,
    maxTokens: 64_000,
  },
  {
    ...reader,
    id: 'meta.llama3-3-70b-instruct-v1:0',
    name: 'Llama 3.3 70B',
    provider: 'Meta',
    family: 'llama',
    reach: ['geo'],
    contextTokens: 128_000,
    maxTokens: 8192,
  },
  {
    ...reader,
    id: 'mistral.mistral-7b-instruct-v0:2',
    name: 'Mistral 7B Instruct',
    provider: 'Mistral AI',
    family: 'mistral-7b',
    reach: ['on-demand'],
    contextTokens: 32_000,
    maxTokens: 8192,
  },
  {
    ...reader,
    id: 'mistral.mistral-large-2402-v1:0',
    name: 'Mistral Large',
    provider: 'Mistral AI',
    family: 'mistral-large',
    reach: ['on-demand'],
    contextTokens: 32_000,
    maxTokens: 8192,
  },
  {
    ...reader,
    id: 'cohere.command-r-v1:0',
    name: 'Command R',
    provider: 'Cohere',
    family: 'command-r',
    reach: ['on-demand'],
    contextTokens: 128_000,
    maxTokens: 4096,
  },
  {
    ...reader,
    id: 'deepseek.r1-v1:0',
    name: 'DeepSeek-R1',
    provider: 'DeepSeek',
    family: 'deepseek-r1',
    reach: ['geo'],
    contextTokens: 128_000,
    maxTokens: 32_768,
  },
  {
    ...text,
    id: 'deepseek.v3-v1:0',
    name: 'DeepSeek-V3.1',
    provider: 'DeepSeek',
    family: 'deepseek-v3',
    reach: ['on-demand'],
    contextTokens: 128_000,
    maxTokens: 32_768,
  },
  {
    ...text,
    id: 'openai.gpt-oss-120b-1:0',
    name: 'gpt-oss-120b',
    provider: 'OpenAI',
    family: 'gpt-oss',
    reach: ['on-demand'],
    contextTokens: 128_000,
    maxTokens: 128_000,
  },
  {
    ...sight,
    id: 'openai.gpt-5.6-luna',
    name: 'GPT-5.6 Luna',
    provider: 'OpenAI',
    family: 'gpt-5',
    reach: ['global'],
    contextTokens: 400_000,
    maxTokens: 128_000,
  },
  {
    ...text,
    id: 'qwen.qwen3-32b-v1:0',
    name: 'Qwen3 32B',
    provider: 'Qwen',
    family: 'qwen3',
    reach: ['on-demand'],
    contextTokens: 128_000,
    maxTokens: 16_384,
  },
  {
    ...embedding,
    id: 'amazon.titan-embed-text-v1',
    name: 'Titan Text Embeds G1',
    provider: 'Amazon',
    embedding: 'titan-text-v1',
  },
  {
    ...embedding,
    id: 'amazon.titan-embed-text-v2:0',
    name: 'Titan Text Embeds V2',
    provider: 'Amazon',
    embedding: 'titan-text-v2',
  },
  {
    ...embedding,
    id: 'amazon.titan-embed-image-v1',
    name: 'Titan Multimodal G1',
    provider: 'Amazon',
    embedding: 'titan-image',
    input: ['TEXT', 'IMAGE'],
    contextTokens: 256,
  },
  {
    ...embedding,
    id: 'amazon.nova-2-multimodal-embeddings-v1:0',
    name: 'Nova 2 Embeddings',
    provider: 'Amazon',
    embedding: 'nova-embeddings',
    input: ['TEXT', 'IMAGE', 'VIDEO'],
  },
  { ...cohereEmbedding, id: 'cohere.embed-english-v3', name: 'Embed English', embedding: 'cohere-v3' },
  { ...cohereEmbedding, id: 'cohere.embed-multilingual-v3', name: 'Embed Multilingual', embedding: 'cohere-v3' },
  {
    ...cohereEmbedding,
    id: 'cohere.embed-v4:0',
    name: 'Embed v4',
    embedding: 'cohere-v4',
    reach: ['on-demand', 'geo', 'global'],
    contextTokens: 128_000,
  },
  {
    ...text,
    id: 'cohere.rerank-v3-5:0',
    name: 'Rerank 3.5',
    provider: 'Cohere',
    streaming: false,
    reach: ['on-demand'],
    contextTokens: 4096,
    maxTokens: 1,
  },
];

/** The rules of a model that Converse reaches. */
export function familyOf({ family }: Model): Family | undefined {
  return family === undefined ? undefined : families[family];
}
