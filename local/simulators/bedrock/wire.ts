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

/** One turn of a conversation. */
export interface Message {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: readonly ContentBlock[];
}

/** Content of a turn; exactly one field is set. */
export interface ContentBlock {
  readonly text?: string;
  readonly image?: Image;
  readonly document?: Document;
  readonly video?: Video;
  readonly audio?: Audio;
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

/** Marks the end of a prompt prefix to cache. */
export interface CachePoint {
  readonly type: 'default';
  readonly ttl?: '5m' | '1h';
}

/** An image: bytes in base64, or a place in S3. */
export interface Image {
  readonly format: 'png' | 'jpeg' | 'gif' | 'webp';
  readonly source: MediaSource;
}

/** A document: bytes in base64, text, or a place in S3. */
export interface Document {
  readonly name: string;
  readonly format?: string;
  readonly source: {
    readonly bytes?: string;
    readonly text?: string;
    readonly content?: readonly { readonly text?: string }[];
    readonly s3Location?: S3Location;
  };
}

/** A video: bytes in base64, or a place in S3. */
export interface Video {
  readonly format: 'mkv' | 'mov' | 'mp4' | 'webm' | 'flv' | 'mpeg' | 'mpg' | 'wmv' | 'three_gp';
  readonly source: MediaSource;
}

interface Audio {
  readonly source: MediaSource;
}

interface MediaSource {
  readonly bytes?: string;
  readonly s3Location?: S3Location;
}

/** An object in S3, which Bedrock reads with the rights of its caller. */
export interface S3Location {
  readonly uri: string;
  /** Account of the bucket, where it is not that of the caller. */
  readonly bucketOwner?: string;
}

/** A tool call of the model. */
export interface ToolUse {
  readonly toolUseId: string;
  readonly name: string;
  readonly input: unknown;
}

/** Result of a tool call. */
export interface ToolResult {
  readonly toolUseId: string;
  readonly content: readonly ToolResultBlock[];
  readonly status?: 'success' | 'error';
}

/** Content of a tool result; exactly one field is set. */
export interface ToolResultBlock {
  readonly text?: string;
  readonly json?: unknown;
  readonly image?: Image;
  readonly document?: Document;
  readonly video?: Video;
  readonly searchResult?: unknown;
}

/** Reasoning of the model: signed text, or bytes in base64 that only the model reads. */
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

/** Definition of a tool. */
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

/** Body of ApplyGuardrail. */
export interface ApplyGuardrail {
  readonly source: 'INPUT' | 'OUTPUT';
  readonly outputScope?: 'INTERVENTIONS' | 'FULL';
  readonly content: readonly { readonly text?: { readonly text: string }; readonly image?: unknown }[];
}

/** Body of InvokeGuardrailChecks. */
export interface GuardrailChecks {
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly text?: string }[] }[];
  readonly checks: {
    readonly contentFilter?: { readonly categories: readonly { readonly category: string }[] };
    readonly promptAttack?: { readonly categories: readonly { readonly category: string }[] };
    readonly sensitiveInformation?: { readonly entities: readonly { readonly type: string }[] };
  };
}

/** Body of StartAsyncInvoke. */
export interface StartAsyncInvoke {
  readonly clientRequestToken?: string;
  readonly modelId: string;
  readonly modelInput: unknown;
  readonly outputDataConfig: object;
}
