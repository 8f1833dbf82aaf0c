import type { Resource } from './evaluate.ts';
import { DeclarationError, Inputs } from './inputs.ts';

/** Every type of the services that are emulated here, by the name that it has below. */
const types = {
  function: 'aws:lambda/function:Function',
  alias: 'aws:lambda/alias:Alias',
  permission: 'aws:lambda/permission:Permission',
  provisionedConcurrency: 'aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig',
  restApi: 'aws:apigateway/restApi:RestApi',
  restResource: 'aws:apigateway/resource:Resource',
  restMethod: 'aws:apigateway/method:Method',
  restIntegration: 'aws:apigateway/integration:Integration',
  restResponse: 'aws:apigateway/response:Response',
  restDeployment: 'aws:apigateway/deployment:Deployment',
  restStage: 'aws:apigateway/stage:Stage',
  restMethodSettings: 'aws:apigateway/methodSettings:MethodSettings',
  httpApi: 'aws:apigatewayv2/api:Api',
  httpIntegration: 'aws:apigatewayv2/integration:Integration',
  httpRoute: 'aws:apigatewayv2/route:Route',
  httpStage: 'aws:apigatewayv2/stage:Stage',
  domainName: 'aws:apigatewayv2/domainName:DomainName',
  apiMapping: 'aws:apigatewayv2/apiMapping:ApiMapping',
  role: 'aws:iam/role:Role',
  rolePolicy: 'aws:iam/rolePolicy:RolePolicy',
  table: 'aws:dynamodb/table:Table',
  userPool: 'aws:cognito/userPool:UserPool',
  topic: 'aws:sns/topic:Topic',
  topicPolicy: 'aws:sns/topicPolicy:TopicPolicy',
  topicSubscription: 'aws:sns/topicSubscription:TopicSubscription',
  bucket: 'aws:s3/bucket:Bucket',
  bucketEncryption: 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  bucketLifecycle: 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  bucketOwnership: 'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
  bucketPolicy: 'aws:s3/bucketPolicy:BucketPolicy',
  bucketPublicAccess: 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  randomPassword: 'random:index/randomPassword:RandomPassword',
} as const;

const emulated = /^(?:aws:(?:lambda|apigateway|apigatewayv2|iam|dynamodb|cognito|sns|s3)\/|random:)/;

/** A resource with its inputs, typed when they are read. */
export interface Entry {
  readonly resource: Resource;
  readonly inputs: Inputs;
}

/** The resources of one program, by type. */
export class Collection {
  readonly #entries: readonly Entry[];

  constructor(resources: readonly Resource[]) {
    const known = new Set<string>(Object.values(types));
    const stranger = resources.find(({ type }) => emulated.test(type) && !known.has(type));
    if (stranger) throw new DeclarationError(stranger, 'the local stack does not emulate this type');
    this.#entries = resources.map((resource) => ({ resource, inputs: new Inputs(resource) }));
  }

  all(type: keyof typeof types): readonly Entry[] {
    return this.#entries.filter(({ resource }) => resource.type === types[type]);
  }

  /** The resources of a type whose input `key` names their owner. */
  of(type: keyof typeof types, [key, owner]: readonly [key: string, owner: string]): readonly Entry[] {
    return this.all(type).filter(({ inputs }) => inputs.optionalText(key) === owner);
  }
}
