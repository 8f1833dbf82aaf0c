/** A model name that callers may request. */
export interface Model {
  /** `<backend>:<model>`, such as `bedrock:us.amazon.nova-pro-v1:0`. */
  readonly target: string;
  /** Targets that are tried in order when the first one fails. */
  readonly fallbacks?: string[];
  /** A model id of the family of a model whose own id does not show it, such as the ARN of an inference profile. */
  readonly family?: string;
  /** The chat template of a base model on SageMaker. */
  readonly chatTemplate?: string;
  /** Output tokens of requests that set no limit: a number as text, or `model`. */
  readonly defaultMaxOutput?: string;
  /** The field that tells another server the limit of tokens: `max_tokens` or `max_completion_tokens`. */
  readonly maxTokensField?: string;
}

/** A registered caller, for whom the stack pays. */
export interface Caller {
  /** The name of the caller in logs. */
  readonly id: string;
  /** SHA-256 of the caller's token, in hex; never the token itself. */
  readonly sha256: string;
  /** The model names that the caller may request; absent: all. */
  readonly models?: string[];
  /** The project of the caller: `proj_` and its id. */
  readonly project?: string;
}

/** Limits of one key or caller. */
export interface RateLimit {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly requestsPerDay?: number;
}

/** Limits of gateway keys and of callers with JWTs. */
export interface Limits {
  readonly perKey?: RateLimit;
  readonly perJwtCaller?: RateLimit;
  /** What happens while requests cannot be counted: `closed` refuses them, `open` lets them pass. */
  readonly whenUnavailable?: string;
}

/** What a model costs, in USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** How files of callers are stored. */
export interface Storage {
  readonly retentionDays?: number;
  readonly maxFileMegabytes?: number;
  readonly maxOwnerMegabytes?: number;
  readonly maxOwnerFiles?: number;
  /** Whether callers with keys of Bedrock may store files. */
  readonly bedrockKeys?: boolean;
  /** Whether answers are stored whose requests do not say whether they are to be. */
  readonly storeByDefault?: boolean;
  /** The KMS key that files are encrypted with; absent: a key of S3's own. */
  readonly kmsKeyArn?: string;
  /** Whether Pulumi refuses to delete the bucket. */
  readonly deletionProtection?: boolean;
}

/** An issuer of JWTs, and what their claims say of a caller. */
export interface JwtIssuer {
  /** The `iss` claim of the tokens: an https URL. */
  readonly issuer: string;
  /** One of these must be in the `aud` claim. */
  readonly audience?: string[];
  /** One of these must be the `client_id` claim of tokens of a Cognito user pool. */
  readonly clientIds?: string[];
  /** Where the issuer publishes its keys; absent: below the issuer, at `/.well-known/jwks.json`. */
  readonly jwksUri?: string;
  readonly maxLifetimeSeconds?: number;
  /** The claim that tells the callers apart; absent: `sub`. */
  readonly callerClaim?: string;
  /** The model names that every caller may request; absent, without `modelsClaim`: all. */
  readonly models?: string[];
  readonly modelsClaim?: string;
  readonly scopes?: string[];
  readonly scopesClaim?: string;
  readonly scopesPrefix?: string;
  readonly project?: string;
  readonly projectClaim?: string;
}

/** A guardrail of Bedrock. */
export interface Guardrail {
  /** Its id or ARN. */
  readonly identifier: string;
  /** The number of a version, or `DRAFT`. */
  readonly version: string;
}

/** A chat template in Jinja. */
export interface ChatTemplate {
  readonly template: string;
  /** Strings at which the model stops. */
  readonly stop?: string[];
}

/** How clients of the MCP server get tokens. */
export interface McpOauth {
  /** One of the issuers in `jwt`. */
  readonly issuer: string;
  readonly scopes?: string[];
  readonly audience?: string[];
  readonly facade?: boolean;
}

/** The MCP server; an empty object is one with the defaults. */
export interface Mcp {
  /** Web origins whose pages may call it, in addition to `cors`. */
  readonly origins?: string[];
  readonly oauth?: McpOauth;
}

/** The VPC in which the functions run; an empty object is one of the stack's, without a way to the internet. */
export interface PrivateNetwork {
  /** The private addresses of the stack's VPC; absent: `10.0.0.0/24`. */
  readonly cidrBlock?: string;
  /** The availability zones of the stack's VPC; absent: the first two of the region. */
  readonly zones?: string[];
  /** Subnets of a VPC of yours, instead of one of the stack's. */
  readonly subnetIds?: string[];
  /** Security groups of the functions in a VPC of yours. */
  readonly securityGroupIds?: string[];
}

/** A limit on requests for each API on its own. */
export interface Throttle {
  /** Requests per second. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

/** A number for each of the two functions. */
export interface PerFunction {
  readonly buffered?: number;
  readonly streaming?: number;
}

/** A roll-out in part. */
export interface Canary {
  /** The share of requests that the newest versions get. */
  readonly percent: number;
  /** The versions that get the others. */
  readonly stable: PerFunction;
}

/** Metrics of the functions. */
export interface Metrics {
  /** Whether there are any; absent: true. */
  readonly enabled?: boolean;
  /** Names of projects that metrics are divided by. */
  readonly projects?: string[];
}

/** What the host's DNS record must point to. */
export interface DnsRecordTarget {
  readonly domainName: string;
  readonly hostedZoneId: string;
}

/**
 * Arguments of the gateway: the keys of a stack's config (docs/deploying.md) with the same names, defaults and rules. Values must be known
 * when the program runs. There are no unions, so that every language of Pulumi has the same arguments.
 */
export interface BedrockGatewayArgs {
  /** The region that the gateway is built in, which must be that of the AWS provider; absent: `aws:region` of the stack's config. */
  readonly region?: string;
  /** The domain of the gateway's host name; absent: a host name of AWS. */
  readonly domain?: string;
  /** The first part of the host name; absent: `openai`. */
  readonly subdomain?: string;
  /** The Route 53 zone for the records; absent: the public zone that is called like the domain. */
  readonly hostedZoneId?: string;
  /** Whether DNS records are written; absent: true. */
  readonly dns?: boolean;
  /** An issued certificate for the host; absent: one is requested from ACM. */
  readonly certificateArn?: string;
  /** Regions that calls to Bedrock may go to, the preferred one first; absent: the gateway's own. */
  readonly bedrockRegions?: string[];
  /** Regions of `bedrockRegions` that a call fails over to when a quota is used up. */
  readonly failoverRegions?: string[];
  /** Whether callers' own Bedrock keys are also sent to the endpoint bedrock-mantle. */
  readonly bedrockMantle?: boolean;
  /** The model names that callers may request. */
  readonly models?: { [name: string]: Model };
  /** The SSM parameter with further model names. */
  readonly modelsParameter?: string;
  /** Whether callers may also request any Bedrock model by its id or ARN; absent: true. */
  readonly allowUnmappedBedrockModels?: boolean;
  /** The accounts whose Bedrock keys are accepted, or `any` or `none` alone; absent: `any`. */
  readonly bedrockKeys?: string[];
  /** Registered callers, for whom the stack pays. */
  readonly callers?: Caller[];
  /** Request fields that registered callers may set although they cost the stack money or reach into its account. */
  readonly callersMaySet?: string[];
  /** Whether the gateway issues API keys of its own. */
  readonly gatewayKeys?: boolean;
  /** The generation of the first admin key: a higher number replaces that key. */
  readonly adminKeyGeneration?: number;
  /** Whether AWS refuses to delete the tables and the user pool; absent: true. */
  readonly deletionProtection?: boolean;
  /** Limits of gateway keys and of callers with JWTs. */
  readonly limits?: Limits;
  /** What models cost, by name or target. */
  readonly prices?: { [name: string]: Price };
  /** How files are stored; absent: callers may store none. An empty object is storage with the defaults. */
  readonly storage?: Storage;
  /** Issuers of JWTs for whose bearers the stack pays. */
  readonly jwt?: JwtIssuer[];
  /** The guardrail of chat models on Bedrock that the stack pays for. */
  readonly guardrail?: Guardrail;
  /** The base URL of the backend of `openai:` targets; absent: OpenAI's. */
  readonly openaiBaseUrl?: string;
  /** The secret that has the key of the backend of `openai:` targets. */
  readonly openaiKeyArn?: string;
  /** Idle timeout of the backend of `openai:` targets; absent: 600. */
  readonly openaiTimeoutSeconds?: number;
  /** Whether the backend of `openai:` targets may be sent https URLs of callers. */
  readonly openaiFetchesUrls?: boolean;
  /** Fields outside of OpenAI's schemas that are passed on when the stack pays. */
  readonly openaiFields?: string[];
  /** Chat templates for base models on SageMaker. */
  readonly chatTemplates?: { [name: string]: ChatTemplate };
  /** The MCP server; absent: there is none. */
  readonly mcp?: Mcp;
  /** The VPC in which the functions run; absent: Lambda's own network. */
  readonly privateNetwork?: PrivateNetwork;
  /** Whether a REST API beside the HTTP API streams answers; absent: true. */
  readonly streaming?: boolean;
  /** Web origins whose pages may call the gateway. */
  readonly cors?: string[];
  /** A limit on requests for each API; absent: that of the account. */
  readonly throttle?: Throttle;
  /** Days that every log is kept; absent: 7. */
  readonly logRetentionDays?: number;
  /** The lowest level of the functions' log lines: `error`, `warn`, `info` (the default) or `debug`. */
  readonly logLevel?: string;
  /** The Lambda runtime: `nodejs22.x` (the default) or `nodejs24.x`. */
  readonly runtime?: string;
  /** Memory of each function in MB; absent: 1024. */
  readonly memory?: number;
  /** Maximum number of concurrent executions of each function; absent: the account's. */
  readonly reservedConcurrency?: PerFunction;
  /** Environments of each function that are kept initialized. */
  readonly provisionedConcurrency?: PerFunction;
  /** A roll-out in part; absent: the newest versions get all requests. */
  readonly canary?: Canary;
  /** Metrics of the functions; absent: they are written. */
  readonly metrics?: Metrics;
  /** Whether there is a dashboard of the metrics; absent: true. */
  readonly dashboard?: boolean;
  /** Whether there are alarms; absent: true. */
  readonly alarms?: boolean;
  /** Addresses that alarms and spend alerts are sent to, once each has confirmed. */
  readonly alarmEmails?: string[];
  /** A topic of SNS that alarms are sent to; absent: one of the gateway's own. */
  readonly alarmTopicArn?: string;
  /** The KMS key that the gateway's topic is encrypted with; absent: it is not encrypted. */
  readonly alarmKmsKeyArn?: string;
  /** The estimated cost of a day that raises an alarm, in USD; absent: 100. */
  readonly dailyCostAlarm?: number;
  /** The 99th percentile of the time of requests that raises an alarm, in seconds; absent: 120. */
  readonly latencyAlarm?: number;
  /** Whether X-Ray traces the functions and the REST API. */
  readonly tracing?: boolean;
  /** Whether the REST API writes access logs; the account must have a role for that first. */
  readonly restAccessLogs?: boolean;
  /** When cache points are added: `off`, `auto` (the default) or `always`. */
  readonly promptCaching?: string;
  /** Output tokens of requests that set no limit, for families with a low limit on Bedrock: a number as text, or `model`. */
  readonly defaultMaxOutput?: string;
}
