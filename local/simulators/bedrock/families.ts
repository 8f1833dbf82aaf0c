import type { ChatRequest } from '../openai/wire.ts';

/** What a family takes and refuses: facts of the model families, one row each, as data. */
export interface Family {
  /** Served by Bedrock's own Chat Completions too. */
  readonly nativeChat: boolean;
  /** Served by Bedrock's own Responses on bedrock-runtime. */
  readonly nativeResponses: boolean;
  /** Whether Chat Completions take tools while the model reasons. */
  readonly nativeTools: 'always' | 'without reasoning';
  /** Parameters that Chat Completions refuse. */
  readonly nativeRefuses: readonly (keyof ChatRequest)[];
  /** Whether Chat Completions pass a JSON schema to the model. */
  readonly nativeSchemas: boolean;
  /** Reasoning efforts that Chat Completions take. */
  readonly nativeEfforts: readonly string[];
  /** Values that the native member `anthropic_beta` may have. */
  readonly betas: readonly string[];
  /** Members that additionalModelRequestFields may have; the model refuses any other. */
  readonly native: readonly string[];
  readonly system: boolean;
  /** Turns of the role system inside the conversation. */
  readonly systemTurns: boolean;
  readonly tools: 'none' | 'whole' | 'streamed';
  readonly choices: readonly ('auto' | 'any' | 'tool')[];
  readonly choicesWhileThinking: readonly ('auto' | 'any' | 'tool')[];
  readonly toolIds: RegExp | undefined;
  /** Media in tool results, and the member status of tool results. */
  readonly richResults: boolean;
  readonly strictTools: boolean;
  /** Whose rules the root of a tool's schema follows. */
  readonly toolSchemas: 'any' | 'claude' | 'nova';
  readonly jsonFormat: boolean;
  /** free: all; single: temperature or topP; no-temperature; none. */
  readonly sampling: 'free' | 'single' | 'no-temperature' | 'none';
  readonly stopSequences: 'free' | 'visible' | 'none';
  /** Which forms of the native member `thinking` (Claude) are taken. */
  readonly thinking: readonly string[];
  readonly thinks: 'never' | 'asked' | 'unless disabled' | 'always';
  readonly effort: boolean;
  /** How the model gives its reasoning, and which kind it takes back. */
  readonly reasoning: 'none' | 'text' | 'signed' | 'redacted' | 'hidden';
  readonly prefill: boolean;
  /** Where an answer ends when the request names no maxTokens; undefined: where the model's own bound is. */
  readonly usualTokens: number | undefined;
  /** Whether its reasoning comes without its text unless `thinking.display` asks for it. */
  readonly omitsThoughts: boolean;
  /** Images that one message may have, where they are bounded. */
  readonly images: number | undefined;
  /** none, or where cache points may stand and whether they may carry a ttl. */
  readonly cachePoints: 'none' | 'nova' | 'claude';
}

const plain: Family = {
  nativeChat: false,
  nativeResponses: false,
  nativeTools: 'always',
  nativeRefuses: [],
  nativeSchemas: true,
  nativeEfforts: ['none', 'low', 'medium', 'high'],
  betas: [],
  native: ['top_k'],
  system: true,
  systemTurns: false,
  tools: 'streamed',
  choices: ['auto'],
  choicesWhileThinking: ['auto'],
  toolIds: undefined,
  richResults: false,
  strictTools: false,
  toolSchemas: 'any',
  jsonFormat: false,
  sampling: 'free',
  stopSequences: 'free',
  thinking: [],
  thinks: 'never',
  effort: false,
  reasoning: 'none',
  prefill: false,
  usualTokens: undefined,
  omitsThoughts: false,
  images: 20,
  cachePoints: 'none',
};

const claude3: Family = {
  ...plain,
  usualTokens: 4096,
  native: ['top_k', 'anthropic_beta', 'tool_choice'],
  toolSchemas: 'claude',
  choices: ['auto', 'any', 'tool'],
  richResults: true,
  stopSequences: 'visible', // the Messages API takes no sequence of white space only
  prefill: true,
};

const claude45: Family = {
  ...claude3,
  images: undefined,
  betas: [
    'interleaved-thinking-2025-05-14',
    'context-1m-2025-08-07',
    'fine-grained-tool-streaming-2025-05-14',
    'computer-use-2025-01-24',
    'tool-search-tool-2025-10-19',
    'context-management-2025-06-27',
  ],
  reasoning: 'signed',
  native: [...claude3.native, 'thinking', 'reasoning_config', 'output_config'],
  strictTools: true,
  jsonFormat: true,
  sampling: 'single',
  thinking: ['enabled', 'disabled'],
  thinks: 'asked',
  cachePoints: 'claude',
};

const claude46: Family = {
  ...claude45,
  // Neither is needed any more. Claude Code sends `interleaved-thinking` to every model, and it is ignored here.
  betas: claude45.betas.filter((beta) => !beta.startsWith('context')),
  thinking: ['enabled', 'adaptive', 'disabled'],
  effort: true,
  prefill: false,
};

const claude47: Family = {
  ...claude46,
  native: claude46.native.filter((member) => member !== 'top_k'),
  strictTools: false,
  jsonFormat: false,
  sampling: 'none',
  thinking: ['adaptive', 'disabled'],
  omitsThoughts: true,
};

const claude5: Family = {
  ...claude47,
  systemTurns: true,
  choicesWhileThinking: ['auto', 'any', 'tool'],
  thinks: 'unless disabled',
};

const nova1: Family = {
  ...plain,
  native: ['inferenceConfig'],
  toolSchemas: 'nova',
  choices: ['auto', 'any', 'tool'],
  richResults: true,
  prefill: true,
  cachePoints: 'nova',
};

/** Facts of the families as the providers' pages and the clients in the field have them. */
export const families = {
  'claude-3': claude3,
  'claude-4-5': claude45,
  'claude-4-6': claude46,
  'claude-4-7': claude47,
  'claude-5': claude5,
  'claude-5-5': {
    ...claude5,
    choices: ['auto'],
    choicesWhileThinking: ['auto'],
    thinking: ['adaptive'],
    thinks: 'always',
  },
  'nova-1': nova1,
  'nova-2': {
    ...nova1,
    native: ['inferenceConfig', 'reasoningConfig'],
    toolSchemas: 'any',
    thinks: 'asked',
    reasoning: 'hidden',
    prefill: false,
  },
  llama: { ...plain, native: [], tools: 'whole' },
  'mistral-7b': { ...plain, system: false, tools: 'none' },
  'mistral-large': { ...plain, tools: 'whole', choices: ['auto', 'any'], toolIds: /^[a-zA-Z0-9]{9}$/ },
  'command-r': { ...plain, native: ['k', 'p', 'seed', 'frequency_penalty', 'presence_penalty'] },
  'deepseek-r1': { ...plain, native: [], tools: 'none', thinks: 'always', reasoning: 'text' },
  'deepseek-v3': {
    ...plain,
    nativeChat: true,
    native: ['reasoning_config'],
    choices: ['auto', 'any'],
    choicesWhileThinking: ['auto', 'any'],
    thinking: ['low', 'medium', 'high'],
    thinks: 'asked',
    reasoning: 'text',
  },
  'gpt-oss': {
    ...plain,
    nativeChat: true,
    nativeSchemas: false,
    nativeEfforts: ['low', 'medium', 'high'],
    native: ['reasoning_effort'],
    choices: ['auto', 'any'],
    stopSequences: 'none',
    thinks: 'always',
    reasoning: 'text',
  },
  'gpt-5': {
    ...plain,
    nativeChat: true,
    nativeResponses: true,
    nativeTools: 'without reasoning',
    nativeRefuses: ['stop', 'frequency_penalty', 'presence_penalty', 'logprobs'],
    nativeEfforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
    native: ['reasoning'],
    choices: ['auto', 'any', 'tool'],
    sampling: 'no-temperature',
    thinks: 'unless disabled',
    reasoning: 'redacted',
  },
  qwen3: { ...plain, nativeChat: true },
} as const satisfies Record<string, Family>;

/** Name of a model family. */
export type FamilyName = keyof typeof families;
