import type { DefaultMaxOutput } from './family.ts';

/** How a server is told how long an answer may be: by OpenAI's newer field, or by the only one that some servers know. */
export type MaxTokensField = 'max_completion_tokens' | 'max_tokens';

/** One name that callers may ask for. */
export interface CatalogEntry {
  /** `<backend>:<model>`, such as `bedrock:us.amazon.nova-pro-v1:0`, `openai:gpt-4o-mini` or `sagemaker:my-endpoint/my-component`. */
  readonly target: string;
  /** Tried in order when the target fails in a way that is safe to try again. */
  readonly fallbacks?: readonly string[];
  /** Names the family of a model whose id does not show it, such as an application inference profile's ARN: a model id of that family. */
  readonly family?: string;
  /** For base models behind SageMaker, which take a prompt and no messages: the template that renders one to the other. */
  readonly chatTemplate?: string;
  /** In place of the stack's own, for every target of the name. */
  readonly defaultMaxOutput?: DefaultMaxOutput;
  /** For chats at `openai:` and `sagemaker:` targets; `max_completion_tokens` where it is absent. */
  readonly maxTokensField?: MaxTokensField;
}

/** Somebody whom the stack itself knows, and pays for where a target is paid by the stack. */
export interface RegisteredCaller {
  readonly id: string;
  /** SHA-256 of the bearer token, in hex. The token itself is nowhere. */
  readonly sha256: string;
  /** The names that they may ask for; absent for all. */
  readonly models?: readonly string[];
  /** The project that they belong to: `proj_` and its id. */
  readonly project?: string;
}

/** Members of a request that cost the stack money or reach into its account: a caller may set them only where this says so. */
export type CallerField = 's3Location' | 'promptVariables' | 'guardrailConfig' | 'serviceTier' | 'performanceConfig';

/** A chat template in Jinja, and the strings at which a model that follows it must stop. */
export interface ChatTemplate {
  readonly template: string;
  readonly stop: readonly string[];
}

/** The names of the templates that are shipped: a model may have one of them without an entry in the config. */
export type ShippedTemplate =
  | 'chatml'
  | 'llama-2'
  | 'llama-3'
  | 'mistral'
  | 'zephyr'
  | 'vicuna'
  | 'alpaca'
  | 'gemma'
  | 'plain';

/** What `catalog.json` holds, beside the bundle in the function's code archive. */
export interface Catalog {
  /** By name. A key that ends with `*` takes every name that begins with what stands before it. */
  readonly models: Readonly<Record<string, CatalogEntry>>;
  /** Whether any Bedrock id or ARN also works under its own name. */
  readonly allowUnmappedBedrockModels: boolean;
  readonly callers: readonly RegisteredCaller[];
  /** Issuers of JWTs, each a `JwtIssuer` (auth/jwt/issuer.ts): unchecked, since only stacks that have some load what checks them. Absent for none. */
  readonly jwt?: unknown;
  /** Limits of gateway keys and of callers with JWTs (`StackLimits` in metering/limits.ts), unchecked as the issuers are. Absent for none. */
  readonly limits?: unknown;
  /**
   * Prices of the stack's own, each a `TokenPrice`, by the name of a model or by target: unchecked, since only stacks that count spending
   * load what checks them. Absent for none.
   */
  readonly prices?: unknown;
  /** Bounds of stored files (`StorageSettings` in storage/settings.ts), unchecked as the issuers are. Absent for a stack that stores none. */
  readonly storage?: unknown;
  /** The MCP server's settings (`McpSettings` in mcp/settings.ts), unchecked as the issuers are. Absent for a stack without one. */
  readonly mcp?: unknown;
  /** What callers may set in requests that the stack pays. */
  readonly callersMaySet: readonly CallerField[];
  /** Fields outside of OpenAI's schemas that calls which the stack pays may have; absent: the usual ones. */
  readonly openaiFields?: readonly string[];
  /** The stack's own guardrail, for what the stack pays on Bedrock. */
  readonly guardrail?: { readonly identifier: string; readonly version: string };
  /** Templates of the stack's own, by name; those that are shipped need no entry. */
  readonly chatTemplates: Readonly<Record<string, ChatTemplate>>;
}

/** What a model costs, in whole 10⁻¹² USD per token: that is USD per million tokens with six decimals. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
  /** For input that was read from a cache. */
  readonly cacheRead: number;
  /** For input that was written to a cache. */
  readonly cacheWrite: number;
}

/** What has to be known of a backend before anything is sent to it. */
export interface BackendFacts {
  /** Whether a target may have this text after the backend's name and its colon. */
  readonly isModel: (text: string) => boolean;
  /**
   * `bedrock-key`: the caller's own Bedrock key where there is one, else what the stack has, if it knows the caller;
   * `stack`: only what the stack has, and so only for callers that it knows.
   */
  readonly paidWith: 'bedrock-key' | 'stack';
  /** Whether it takes prompts for base models, so that a target of it may have a chat template. */
  readonly takesTemplates?: boolean;
}

/** Every backend that there is, by the word that targets begin with. */
export type BackendFactsByName = Readonly<Record<string, BackendFacts>>;

/** A target taken apart. */
export interface Target {
  /** One of the known backends: `checkCatalog` sees to it. */
  readonly backend: string;
  readonly model: string;
  /** The family of the model (`family` of the CatalogEntry). */
  readonly family?: string;
  /** The chat template that turns messages into a prompt (`chatTemplate` of the CatalogEntry). */
  readonly chatTemplate?: string;
  /** The output bound of requests that name none (`defaultMaxOutput` of the CatalogEntry). */
  readonly defaultMaxOutput?: DefaultMaxOutput;
  /** The field that bounds the output (`maxTokensField` of the CatalogEntry). */
  readonly maxTokensField?: MaxTokensField;
}
