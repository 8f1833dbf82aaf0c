import type { Role } from './iam/verify.ts';

/** What a stack deploys, as far as the local stack serves it. `program/` reads it from the declared resources. */
export interface Deployment {
  readonly region: string;
  readonly roles: readonly Role[];
  readonly functions: readonly LambdaFunction[];
  readonly tables: readonly Table[];
  readonly userPools: readonly UserPool[];
  readonly topics: readonly Topic[];
  readonly buckets: readonly Bucket[];
  /** The custom domain; without one, the only API is reached under its own host. */
  readonly domain?: Domain;
  readonly apis: readonly Api[];
}

/** A deployed Lambda function. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** The ARN of its role. */
  readonly role: string;
  /** `$LATEST`, or the number of what was published. */
  readonly version: string;
  readonly runtime: string;
  /** Such as `index.buffered`. */
  readonly handler: string;
  /** The folder that its code archive is unpacked to. */
  readonly taskRoot: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  /** Whether X-Ray traces its invocations. */
  readonly isTraced: boolean;
  readonly reservedConcurrency?: number;
}

/** A table of DynamoDB. */
export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly hashKey: KeyAttribute;
  readonly rangeKey?: KeyAttribute;
}

/** An attribute of a table's key. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** A user pool of Cognito. */
export interface UserPool {
  /** Such as `us-east-1_AbCdEfGhI`. */
  readonly id: string;
  readonly arn: string;
  /** Whether user names that differ in case only are different. */
  readonly isCaseSensitive: boolean;
  /** Attributes that its schema adds to Cognito's own. */
  readonly attributes: readonly UserAttribute[];
}

/** An attribute of the users of a pool. */
export interface UserAttribute {
  /** The name in requests, such as `custom:state`. */
  readonly name: string;
  readonly type: 'String' | 'Number';
  readonly isMutable: boolean;
  /** Limits of the length of a string, or of a number; absent for none. */
  readonly min?: number;
  readonly max?: number;
}

/** A topic of SNS. */
export interface Topic {
  readonly name: string;
  readonly arn: string;
  /** The KMS key that its messages are encrypted with; absent for none. */
  readonly kmsKeyArn?: string;
}

/** A bucket of S3. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  /** The KMS key that encrypts its objects; absent for keys of S3's own. */
  readonly kmsKeyArn?: string;
}

/** A custom domain of API Gateway, with the APIs behind it. */
export interface Domain {
  readonly name: string;
  readonly mappings: readonly Mapping[];
}

/** An API mapping of a custom domain. */
export interface Mapping {
  /** Without slashes at its ends; empty for the mapping that takes what no other takes. */
  readonly key: string;
  readonly api: Api;
}

/** An API of API Gateway, of either kind. */
export type Api = HttpApi | RestApi;

interface ApiCommon {
  readonly id: string;
  readonly stage: string;
  readonly throttle?: ThrottleLimits;
}

/** An HTTP API whose only route is `$default`. */
export interface HttpApi extends ApiCommon {
  readonly kind: 'http';
  /** Integration of the route `$default`, which takes everything. */
  readonly integration: Integration;
}

/** A REST API. */
export interface RestApi extends ApiCommon {
  readonly kind: 'rest';
  readonly binaryMediaTypes: readonly string[];
  readonly resources: readonly RestResource[];
  readonly gatewayResponses: readonly GatewayResponse[];
}

/** A resource of a REST API: a path and its methods. */
export interface RestResource {
  readonly id: string;
  /** Such as `/{proxy+}`. */
  readonly path: string;
  /** By HTTP method, or `ANY`. */
  readonly methods: ReadonlyMap<string, Integration>;
}

/** How one route or method reaches its function. */
export interface Integration {
  readonly target: InvocationTarget;
  readonly transfer: 'buffered' | 'stream';
  readonly timeoutMilliseconds: number;
}

/** A function as an integration calls it. */
export interface InvocationTarget {
  readonly function: LambdaFunction;
  /** With the alias, where there is one. */
  readonly arn: string;
}

/** Throttling of a stage: a token bucket. */
export interface ThrottleLimits {
  readonly burst: number;
  readonly ratePerSecond: number;
}

/** A gateway response of a REST API: how it answers errors of its own. */
export interface GatewayResponse {
  readonly type: string;
  readonly status?: number;
  /** By media type. */
  readonly templates: Readonly<Record<string, string>>;
  /** Header names to values. */
  readonly headers: Readonly<Record<string, string>>;
}
