/** The members of a Converse request that the simulator reads, as the constraints leave them. */
export interface ConverseRequest {
  readonly messages?: readonly Message[];
  readonly system?: readonly SystemBlock[];
  readonly inferenceConfig?: InferenceConfig;
  readonly toolConfig?: ToolConfig;
  readonly guardrailConfig?: { readonly guardrailIdentifier?: string; readonly guardrailVersion?: string };
  readonly additionalModelRequestFields?: unknown;
  readonly additionalModelResponseFieldPaths?: readonly string[];
  readonly promptVariables?: Readonly<Record<string, unknown>>;
  readonly requestMetadata?: Readonly<Record<string, string>>;
  readonly performanceConfig?: { readonly latency?: string };
  readonly serviceTier?: { readonly type: string };
  readonly outputConfig?: OutputConfig;
}

interface InferenceConfig {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stopSequences?: readonly string[];
}

interface OutputConfig {
  readonly effort?: string;
  readonly textFormat?: { readonly structure: { readonly jsonSchema: { readonly schema: string } } };
}

export interface Message {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: readonly ContentBlock[];
}

export interface ContentBlock {
  readonly text?: string;
  readonly image?: Image;
  readonly document?: Document;
  readonly video?: unknown;
  readonly audio?: unknown;
  readonly toolUse?: ToolUse;
  readonly toolResult?: ToolResult;
  readonly guardContent?: unknown;
  readonly cachePoint?: CachePoint;
  readonly reasoningContent?: Reasoning;
  readonly citationsContent?: unknown;
  readonly searchResult?: unknown;
  readonly toolAddition?: unknown;
  readonly toolRemoval?: unknown;
}

interface SystemBlock {
  readonly text?: string;
  readonly cachePoint?: CachePoint;
  readonly guardContent?: unknown;
}

export interface CachePoint {
  readonly type: 'default';
  readonly ttl?: '5m' | '1h';
}

export interface Image {
  readonly format: 'png' | 'jpeg' | 'gif' | 'webp';
  readonly source: { readonly bytes?: string; readonly s3Location?: unknown };
}

export interface Document {
  readonly name: string;
  readonly format?: string;
  readonly source: {
    readonly bytes?: string;
    readonly text?: string;
    readonly content?: readonly { readonly text?: string }[];
    readonly s3Location?: unknown;
  };
}

export interface ToolUse {
  readonly toolUseId: string;
  readonly name: string;
  readonly input: unknown;
}

export interface ToolResult {
  readonly toolUseId: string;
  readonly content: readonly ToolResultBlock[];
  readonly status?: 'success' | 'error';
}

export interface ToolResultBlock {
  readonly text?: string;
  readonly json?: unknown;
  readonly image?: Image;
  readonly document?: Document;
  readonly video?: unknown;
  readonly searchResult?: unknown;
}

export interface Reasoning {
  readonly reasoningText?: { readonly text: string; readonly signature?: string };
  readonly redactedContent?: string;
}

interface ToolConfig {
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
}

interface Tool {
  readonly toolSpec?: ToolSpec;
  readonly systemTool?: { readonly name: string };
  readonly cachePoint?: CachePoint;
}

export interface ToolSpec {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: { readonly json?: unknown };
  readonly strict?: boolean;
}

interface ToolChoice {
  readonly auto?: object;
  readonly any?: object;
  readonly tool?: { readonly name: string };
}

/** A body of CountTokens: a request of one of two operations. */
export interface CountTokens {
  readonly input: {
    readonly converse?: Pick<ConverseRequest, 'messages' | 'system' | 'toolConfig' | 'additionalModelRequestFields'>;
    readonly invokeModel?: { readonly body: string };
  };
}

export interface ApplyGuardrail {
  readonly source: 'INPUT' | 'OUTPUT';
  readonly outputScope?: 'INTERVENTIONS' | 'FULL';
  readonly content: readonly { readonly text?: { readonly text: string }; readonly image?: unknown }[];
}

export interface GuardrailChecks {
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly text?: string }[] }[];
  readonly checks: {
    readonly contentFilter?: { readonly categories: readonly { readonly category: string }[] };
    readonly promptAttack?: { readonly categories: readonly { readonly category: string }[] };
    readonly sensitiveInformation?: { readonly entities: readonly { readonly type: string }[] };
  };
}

export interface StartAsyncInvoke {
  readonly clientRequestToken?: string;
  readonly modelId: string;
  readonly modelInput: unknown;
  readonly outputDataConfig: object;
}
