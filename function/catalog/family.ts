/** The tokens of an answer without a limit in the request; `model` stands for the most that the model can write. */
export type DefaultMaxOutput = number | 'model';

/** How hard a model is asked to think, in OpenAI's words; `none` is no effort but the wish for none. */
export type Effort = 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** How a family is asked to think before it answers; all of it travels in `additionalModelRequestFields`. */
export interface Thinking {
  /**
   * - `none`: it takes no wish (it may reason all the same)
   * - `budget`: `{"thinking": {"type": "enabled", "budget_tokens": n}}`
   * - `adaptive`: `{"thinking": {"type": "adaptive"}, "output_config": {"effort": "…"}}`
   * - `reasoningConfig`: `{"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "…"}}`
   * - `reasoning_effort`: `{"reasoning_effort": "…"}`
   * - `reasoning`: `{"reasoning": {"effort": "…"}}`
   * - `reasoning_config`: `{"reasoning_config": "…"}`
   */
  readonly form:
    | 'none'
    | 'budget'
    | 'adaptive'
    | 'reasoningConfig'
    | 'reasoning_effort'
    | 'reasoning'
    | 'reasoning_config';
  /** The family's own word for each of OpenAI's, or the tokens of its budget. */
  readonly efforts: Readonly<Record<Effort, string | number>>;
  /** Whether the text of its reasoning stays out of answers that do not ask for a summary (`thinking.display`). */
  readonly omitsText: boolean;
  /** Whether it reasons when the request says nothing about it. */
  readonly byDefault: boolean;
  /** How reasoning is disabled: omit the field, send `off`, or impossible. */
  readonly off: 'absent' | 'said' | 'never';
  /** Whether it refuses temperature and topP while it thinks. */
  readonly dropsSampling: boolean;
  /** The family's own efforts at which it takes neither sampling parameters nor maxTokens. */
  readonly unbounded: readonly string[];
  /** Whether a tool turn of the current loop must start with the reasoning that led to it. */
  readonly needsReplay: boolean;
}

/** Where a family takes cache points, and whether they may say how long they live. */
export interface Caching {
  /** `tools` stands for the list of tools and for messages that hold tool blocks. */
  readonly positions: readonly ('system' | 'messages' | 'tools')[];
  readonly ttl: boolean;
}

/** What a family takes at the root of a tool's JSON Schema; it takes everything below. */
export interface ToolSchemas {
  /** Whether `anyOf`, `oneOf` and `allOf` may stand there. */
  readonly rootCombinators: boolean;
  /** What the names of the root's properties must match; undefined where any will do. */
  readonly propertyNames: RegExp | undefined;
  /** Whether it takes only `type`, `properties` and `required` there, so that no definitions can be referred to. */
  readonly plainRoot: boolean;
}

/** What one generation of models can do through Converse, and in which form it wants to be asked. */
export interface Family {
  /** The row's name, such as `claude-opus-4-7` or `nova-1`. */
  readonly name: string;
  /** Whether it takes system blocks; without, system text goes before the first user text. */
  readonly system: boolean;
  /** Whether it takes tools, and whether it can stream a request that has some. */
  readonly tools: 'none' | 'buffered' | 'streamed';
  /** The tool choices beside auto that it takes. */
  readonly forced: 'none' | 'any' | 'any-or-tool';
  /** Whether it takes a forced choice while it thinks. */
  readonly forcedWhileThinking: boolean;
  /** Which of temperature and topP it takes: all, not both at once, or none. */
  readonly sampling: 'all' | 'one' | 'none';
  readonly thinking: Thinking;
  /** Whether its models may write reasoning into the text, between tags. */
  readonly inlineReasoningTags: boolean;
  /** The reasoning it wants back in a tool loop: its signed text, its redacted blob alone, its plain text, or nothing. */
  readonly replay: 'signed' | 'redacted' | 'text' | 'none';
  /** Whether it takes `outputConfig.textFormat`. */
  readonly nativeJson: boolean;
  /** Whether it takes `toolSpec.strict`. */
  readonly strictTools: boolean;
  readonly toolSchemas: ToolSchemas;
  readonly caching: Caching | undefined;
  readonly images: boolean;
  /** Whether it takes them inside the result of a tool as well. */
  readonly resultImages: boolean;
  readonly documents: boolean;
  readonly audio: boolean;
  readonly videos: boolean;
  /** Whether a list of messages may end with the assistant's, which the answer then continues. */
  readonly prefill: boolean;
  /** Whether parallel calls are switched off by Anthropic's `tool_choice.disable_parallel_tool_use`. */
  readonly serialCalls: boolean;
  /** The stop sequences that it takes: any, only such as have more than white space, or none. */
  readonly stopSequences: 'any' | 'visible' | 'none';
  /** What its tool-use ids look like when they are given back to it. */
  readonly toolUseIds: 'bedrock' | 'nine-alphanumerics';
  /** The most tokens of one answer that it may be asked for, where that is known. */
  readonly maxOutput: number | undefined;
  /** Where Bedrock ends an answer without a limit, though the model could go on; undefined where that is not known. */
  readonly unlimitedEnd: number | undefined;
  /** Whether Bedrock itself serves it by OpenAI's Chat Completions, so that nothing need be translated. */
  readonly nativeChat: boolean;
  /** Whether Bedrock's runtime serves it by OpenAI's Responses. */
  readonly nativeResponses: boolean;
  /** The base path of Responses on bedrock-mantle; undefined where Bedrock's runtime has them, or nothing has. */
  readonly mantleBase: '/v1' | '/openai/v1' | undefined;
  /** Whether bedrock-mantle alone has the model, and only by Responses. */
  readonly onlyMantle: boolean;
  /** What Bedrock's own Chat Completions lack of the family: a request that asks for it goes to Converse at once. */
  readonly nativeLacks: readonly ('tools-while-reasoning' | 'json-schema')[];
  /** The `anthropic_beta` flags that it takes; undefined where it has no such field. */
  readonly betas: readonly string[] | undefined;
}
