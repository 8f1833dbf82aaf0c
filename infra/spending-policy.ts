import { foundationId, runtimeId } from '../function/dialects/model-ids.ts';
import type { SpendingSettings } from './settings/spending.ts';

/** Partition, account and region of a role: parts of the ARNs in its policy. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** Where the stack stores files of callers. */
export interface StoredFiles {
  readonly bucketArn: string;
  /** The KMS key that encrypts them; undefined for a key of S3's own. */
  readonly kmsKeyArn: string | undefined;
}

/** Condition for a call: each of these context keys must match one of its patterns. */
type Condition = Readonly<Record<string, readonly string[]>>;

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringLike: Condition };
}

/** Actions of Converse, InvokeModel and Bedrock's own Chat Completions; the second one is for streams. */
const invokeActions = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/**
 * The policy of the spending role: it may call the models and endpoints of the catalog, under the stack's guardrail, and read stored files where
 * a model does. The functions narrow that for each call: to one file, or to none.
 */
export function spendingPolicy(spending: SpendingSettings, place: Place, files?: StoredFiles) {
  return {
    Version: '2012-10-17',
    Statement: [
      ...bedrockStatements(spending, place),
      ...sageMakerStatements(spending, place),
      ...(spending.readsFiles && files ? fileStatements(files) : []),
    ],
  };
}

/** Rights to read the bytes of files, and none of the objects beside them. */
function fileStatements({ bucketArn, kmsKeyArn }: StoredFiles): Statement[] {
  return [
    ...allow('s3:GetObject', [`${bucketArn}/*/file/*`]),
    ...(kmsKeyArn === undefined ? [] : allow('kms:Decrypt', [kmsKeyArn])),
  ];
}

function bedrockStatements(spending: SpendingSettings, place: Place): Statement[] {
  const { bedrockModels, embeddingModels } = spending;
  const guardrail = guardrailPatterns(spending, place);
  const guarded = guardrail && { 'bedrock:GuardrailIdentifier': guardrail };
  // Without a guardrail both have the same conditions, and one list is shorter.
  const [chats, embeddings] = guarded ? [bedrockModels, embeddingModels] : [[...bedrockModels, ...embeddingModels], []];
  return [
    ...invokeStatements(chats, { place, condition: guarded, throughApplicationProfiles: ['*'] }),
    // InvokeModel takes no guardrail for embeddings. The patterns of ids keep these rights away from chat models.
    ...invokeStatements(embeddings, { place, throughApplicationProfiles: embeddingIdPatterns }),
    ...countTokensStatements(chats, place),
    ...profileLookupStatements([...bedrockModels, ...embeddingModels]),
    ...guardrailStatements(spending, place),
  ];
}

/** Id patterns of all embedding models that the gateway knows (function/catalog/embedding-families.ts). */
const embeddingIdPatterns = ['amazon.titan-embed*', 'amazon.nova*embed*', 'cohere.embed*'];

interface InvokeArgs {
  readonly place: Place;
  readonly condition?: Condition | undefined;
  /** Id patterns of the models that application profiles may lead to: the ARNs of such profiles do not show them. */
  readonly throughApplicationProfiles: readonly string[];
}

/**
 * Rights to call models. A call of a profile needs rights to the profile and to its model, in every region that the profile may
 * send a call to. A model that is not a target itself may be called only through those profiles.
 */
function invokeStatements(
  models: readonly string[],
  { place, condition, throughApplicationProfiles }: InvokeArgs,
): Statement[] {
  const named = [...new Set(models.map((model) => arnOf(model, place)))];
  const application = named.filter(isApplicationProfile);
  const profiles = named.filter((arn) => /:inference-profile\//.test(arn));
  const behind = new Set(profiles.map((arn) => foundationArn(foundationId(arn.replace(/^.*\//, '')), place)));
  return [
    allow(invokeActions, named, condition),
    allow(
      invokeActions,
      [...behind].filter((arn) => !named.includes(arn)),
      { 'bedrock:InferenceProfileArn': profiles, ...condition },
    ),
    allow(
      invokeActions,
      application.length > 0 ? throughApplicationProfiles.map((id) => foundationArn(id, place)) : [],
      {
        'bedrock:InferenceProfileArn': application,
        ...condition,
      },
    ),
  ].flat();
}

/** The ARN of a target; the ARN of an id covers every region. */
function arnOf(model: string, place: Place): string {
  if (model.startsWith('arn:')) return model;
  const called = runtimeId(model);
  if (foundationId(called) === called) return foundationArn(called, place);
  return `arn:${place.partition}:bedrock:*:${place.account}:inference-profile/${called}`;
}

function foundationArn(id: string, { partition }: Place): string {
  return `arn:${partition}:bedrock:*::foundation-model/${id}`;
}

function isApplicationProfile(arn: string): boolean {
  return arn.includes(':application-inference-profile/');
}

/** Rights to count tokens, which is free and takes neither guardrails nor profiles: for all models of the same providers. */
function countTokensStatements(models: readonly string[], place: Place): Statement[] {
  const counted = models.flatMap((model) => {
    if (isApplicationProfile(model)) return [];
    const id = foundationId(runtimeId(model.replace(/^arn:.*:(?:foundation-model|inference-profile)\//, '')));
    return [id.startsWith('arn:') ? id : foundationArn(`${id.split('.', 1).join('')}.*`, place)];
  });
  return allow(['bedrock:CountTokens'], [...new Set(counted)]);
}

/** Rights to look up the models of application profiles. */
function profileLookupStatements(models: readonly string[]): Statement[] {
  return allow('bedrock:GetInferenceProfile', [...new Set(models.filter(isApplicationProfile))]);
}

/**
 * Patterns of `bedrock:GuardrailIdentifier` in calls of chat models; undefined if the stack has no guardrail. The value is an ARN
 * followed by a version, unless the call names the draft.
 */
function guardrailPatterns(spending: SpendingSettings, place: Place): readonly string[] | undefined {
  const { guardrail } = spending;
  if (guardrail === undefined) return undefined;
  return appliedGuardrails(spending, place).flatMap((arn) =>
    arn.endsWith('*') ? [arn] : [arn, `${arn}:${guardrail.version}`],
  );
}

/** ARNs of the guardrails that calls may name: the stack's own, and any of the account if callers may name one. */
function appliedGuardrails({ guardrail, callersGuardrails }: SpendingSettings, place: Place): string[] {
  const inAccount = (id: string): string => `arn:${place.partition}:bedrock:*:${place.account}:guardrail/${id}`;
  const { identifier } = guardrail ?? {};
  const isArn = identifier?.startsWith('arn:') === true;
  // An ARN may be in another account.
  const own =
    identifier === undefined || (callersGuardrails && !isArn) ? [] : [isArn ? identifier : inAccount(identifier)];
  return [...(callersGuardrails ? [inAccount('*')] : []), ...own];
}

function guardrailStatements(spending: SpendingSettings, place: Place): Statement[] {
  const applied = appliedGuardrails(spending, place);
  // A guardrail that works across regions needs a guardrail profile of AWS as well, which grants nothing by itself.
  const profile = `arn:${place.partition}:bedrock:*:${place.account}:guardrail-profile/*`;
  return applied.length > 0 ? allow('bedrock:ApplyGuardrail', [...applied, profile]) : [];
}

function sageMakerStatements(
  { endpoints, bedrockModels, embeddingModels }: SpendingSettings,
  { partition, account, region }: Place,
): Statement[] {
  const inRegion = (resource: string): string => `arn:${partition}:sagemaker:${region}:${account}:${resource}`;
  const named = endpoints.flatMap((target) => {
    const [endpoint = '', component] = target.split('/');
    const arn = inRegion(`endpoint/${endpoint.toLowerCase()}`);
    return component === undefined ? [arn] : [arn, ...components(component).map(inRegion)];
  });
  // A Bedrock Marketplace model is a SageMaker endpoint that Bedrock calls with the rights of its caller.
  const marketplace = [...bedrockModels, ...embeddingModels].filter((model) => /^arn:[a-z-]+:sagemaker:/.test(model));
  return allow('sagemaker:InvokeEndpoint', [...new Set([...named, ...marketplace])]);
}

/** Resources of an inference component, in lower case as in SageMaker's ARNs, and as written: AWS does not document which applies. */
function components(name: string): string[] {
  return [...new Set([name.toLowerCase(), name])].map((each) => `inference-component/${each}`);
}

/** A list of one statement, or an empty list if there are no resources. */
function allow(Action: Statement['Action'], Resource: readonly string[], condition?: Condition): Statement[] {
  if (Resource.length === 0) return [];
  return [{ Effect: 'Allow', Action, Resource, ...(condition && { Condition: { StringLike: condition } }) }];
}
