import { foundationId, runtimeId } from '../function/dialects/model-ids.ts';
import type { SpendingSettings } from './settings/spending.ts';

/** Where a role is: a part of every ARN that its policy names. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** What must hold of a call: each key of it matches one of the patterns. */
type Condition = Readonly<Record<string, readonly string[]>>;

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringLike: Condition };
}

/** Converse, InvokeModel and Bedrock's own Chat Completions have these two actions, the second one for streams. */
const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** What the spending role may do: call the models and endpoints that the catalog names, under the stack's guardrail. */
export function spendingPolicy(spending: SpendingSettings, place: Place) {
  return { Version: '2012-10-17', Statement: [...bedrock(spending, place), ...sageMaker(spending, place)] };
}

function bedrock(spending: SpendingSettings, place: Place): Statement[] {
  const { bedrockModels, embeddingModels } = spending;
  const guardrail = guardrailPatterns(spending, place);
  const guarded = guardrail && { 'bedrock:GuardrailIdentifier': guardrail };
  // Without a guardrail nothing tells the two apart, and one list is shorter.
  const [chats, embeddings] = guarded ? [bedrockModels, embeddingModels] : [[...bedrockModels, ...embeddingModels], []];
  return [
    ...invoking(chats, { place, condition: guarded, throughApplicationProfiles: ['*'] }),
    // InvokeModel takes no guardrail for embeddings. So that these rights never reach a chat model, its name has to show.
    ...invoking(embeddings, { place, throughApplicationProfiles: EMBEDDING_IDS }),
    ...counting(chats, place),
    ...lookingUp([...bedrockModels, ...embeddingModels]),
    ...guardrails(spending, place),
  ];
}

/** Patterns of the ids of every embedding model that the gateway knows (function/catalog/embedding-families.ts). */
const EMBEDDING_IDS = ['amazon.titan-embed*', 'amazon.nova*embed*', 'cohere.embed*'];

interface Invoking {
  readonly place: Place;
  readonly condition?: Condition | undefined;
  /** The models that may be behind application profiles, whose ARNs do not show them. */
  readonly throughApplicationProfiles: readonly string[];
}

/**
 * Rights to call models. A profile is called by rights to it and to the model behind it, in every region that it may send a call
 * to; a model that no target names by itself may be called through those profiles alone.
 */
function invoking(models: readonly string[], { place, condition, throughApplicationProfiles }: Invoking): Statement[] {
  const named = [...new Set(models.map((model) => arnOf(model, place)))];
  const application = named.filter(isApplicationProfile);
  const profiles = named.filter((arn) => /:inference-profile\//.test(arn));
  const behind = new Set(profiles.map((arn) => foundationArn(foundationId(arn.replace(/^.*\//, '')), place)));
  return [
    allow(INVOKE, named, condition),
    allow(
      INVOKE,
      [...behind].filter((arn) => !named.includes(arn)),
      { 'bedrock:InferenceProfileArn': profiles, ...condition },
    ),
    allow(INVOKE, application.length > 0 ? throughApplicationProfiles.map((id) => foundationArn(id, place)) : [], {
      'bedrock:InferenceProfileArn': application,
      ...condition,
    }),
  ].flat();
}

/** The ARN that a target is called by; an id may be called in any region. */
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

/** Counting tokens is free, takes no guardrail and no profile: it is allowed for the providers of the models. */
function counting(models: readonly string[], place: Place): Statement[] {
  const counted = models.flatMap((model) => {
    if (isApplicationProfile(model)) return [];
    const id = foundationId(runtimeId(model.replace(/^arn:.*:(?:foundation-model|inference-profile)\//, '')));
    return [id.startsWith('arn:') ? id : foundationArn(`${id.split('.', 1).join('')}.*`, place)];
  });
  return allow(['bedrock:CountTokens'], [...new Set(counted)]);
}

/** GetInferenceProfile says which model is behind an application profile. */
function lookingUp(models: readonly string[]): Statement[] {
  return allow('bedrock:GetInferenceProfile', [...new Set(models.filter(isApplicationProfile))]);
}

/**
 * What `bedrock:GuardrailIdentifier` may be in calls of chat models; undefined where the stack has no guardrail. The key's value
 * has a version behind the ARN, unless the call names the draft.
 */
function guardrailPatterns(spending: SpendingSettings, place: Place): readonly string[] | undefined {
  const { guardrail } = spending;
  if (guardrail === undefined) return undefined;
  return appliedGuardrails(spending, place).flatMap((arn) =>
    arn.endsWith('*') ? [arn] : [arn, `${arn}:${guardrail.version}`],
  );
}

/** The guardrails that calls may name: the stack's own, and any of the account where callers may bring theirs. */
function appliedGuardrails({ guardrail, callersGuardrails }: SpendingSettings, place: Place): string[] {
  const inAccount = (id: string): string => `arn:${place.partition}:bedrock:*:${place.account}:guardrail/${id}`;
  const { identifier } = guardrail ?? {};
  const isArn = identifier?.startsWith('arn:') === true;
  // An ARN may be one of another account's.
  const own =
    identifier === undefined || (callersGuardrails && !isArn) ? [] : [isArn ? identifier : inAccount(identifier)];
  return [...(callersGuardrails ? [inAccount('*')] : []), ...own];
}

function guardrails(spending: SpendingSettings, place: Place): Statement[] {
  const applied = appliedGuardrails(spending, place);
  // A guardrail that works across regions is applied through a profile of AWS's, which gives nothing by itself.
  const profile = `arn:${place.partition}:bedrock:*:${place.account}:guardrail-profile/*`;
  return applied.length > 0 ? allow('bedrock:ApplyGuardrail', [...applied, profile]) : [];
}

function sageMaker(
  { endpoints, bedrockModels, embeddingModels }: SpendingSettings,
  { partition, account, region }: Place,
): Statement[] {
  const inRegion = (resource: string): string => `arn:${partition}:sagemaker:${region}:${account}:${resource}`;
  const named = endpoints.flatMap((target) => {
    const [endpoint = '', component] = target.split('/');
    const arn = inRegion(`endpoint/${endpoint.toLowerCase()}`);
    return component === undefined ? [arn] : [arn, ...components(component).map(inRegion)];
  });
  // A model of Bedrock's marketplace is an endpoint of SageMaker that Bedrock calls with the rights of its caller.
  const marketplace = [...bedrockModels, ...embeddingModels].filter((model) => /^arn:[a-z-]+:sagemaker:/.test(model));
  return allow('sagemaker:InvokeEndpoint', [...new Set([...named, ...marketplace])]);
}

/** SageMaker's ARNs are in small letters; where a component's is not, is not documented, and its own spelling is as good. */
function components(name: string): string[] {
  return [...new Set([name.toLowerCase(), name])].map((each) => `inference-component/${each}`);
}

/** One statement; none where there is nothing to allow. */
function allow(Action: Statement['Action'], Resource: readonly string[], condition?: Condition): Statement[] {
  if (Resource.length === 0) return [];
  return [{ Effect: 'Allow', Action, Resource, ...(condition && { Condition: { StringLike: condition } }) }];
}
