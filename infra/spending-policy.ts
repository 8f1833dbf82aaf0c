import { foundationId, runtimeId } from '../function/dialects/model-ids.ts';
import type { SpendingSettings } from './settings/spending.ts';

/** Where a role is: a part of every ARN that its policy names. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** Counting is free, and asks for the same models. */
const CALL = [...INVOKE, 'bedrock:CountTokens'];

/** What the spending role may do: call the models and endpoints that the catalog names, under the stack's guardrail. */
export function spendingPolicy(spending: SpendingSettings, place: Place) {
  return { Version: '2012-10-17', Statement: [...bedrock(spending, place), ...sageMaker(spending, place)] };
}

function bedrock(spending: SpendingSettings, place: Place): Statement[] {
  const { bedrockModels } = spending;
  if (bedrockModels.length === 0) return [];
  const profiles = bedrockModels.filter((model) => model.includes(':application-inference-profile/'));
  const models = new Set(bedrockModels.flatMap((model) => resources(model, place)));
  return [
    { Effect: 'Allow', Action: CALL, Resource: [...models] },
    ...(profiles.length > 0 ? applicationProfiles(profiles, place) : []),
    ...guardrails(spending, place),
  ];
}

/** A profile is called by rights to it and to the model behind it, in every region that it may send a call to. */
function resources(model: string, { partition, account }: Place): string[] {
  const foundation = (id: string): string => `arn:${partition}:bedrock:*::foundation-model/${id}`;
  if (!model.startsWith('arn:')) {
    const called = runtimeId(model);
    const id = foundationId(called);
    if (id === called) return [foundation(id)];
    return [`arn:${partition}:bedrock:*:${account}:inference-profile/${called}`, foundation(id)];
  }
  const profile = /:inference-profile\/(.+)$/.exec(model)?.[1];
  return profile === undefined ? [model] : [model, foundation(foundationId(profile))];
}

/** Its ARN does not show the model behind an application profile, so any may be called, but only through these profiles. */
function applicationProfiles(profiles: readonly string[], { partition }: Place): Statement[] {
  return [
    {
      Effect: 'Allow',
      Action: INVOKE,
      Resource: [`arn:${partition}:bedrock:*::foundation-model/*`],
      Condition: { StringLike: { 'bedrock:InferenceProfileArn': profiles } },
    },
    { Effect: 'Allow', Action: 'bedrock:GetInferenceProfile', Resource: profiles }, // says which family it is
  ];
}

function guardrails({ guardrail, callersGuardrails }: SpendingSettings, { partition, account }: Place): Statement[] {
  const inAccount = (resource: string): string => `arn:${partition}:bedrock:*:${account}:${resource}`;
  const own = guardrail?.startsWith('arn:') ? guardrail : guardrail && inAccount(`guardrail/${guardrail}`);
  const applied = callersGuardrails ? inAccount('guardrail/*') : own;
  if (applied === undefined) return [];
  // A guardrail that works across regions is applied through a profile of AWS's, which gives nothing by itself.
  const Resource = [applied, inAccount('guardrail-profile/*')];
  return [{ Effect: 'Allow', Action: 'bedrock:ApplyGuardrail', Resource }];
}

function sageMaker({ endpoints, bedrockModels }: SpendingSettings, { partition, account, region }: Place): Statement[] {
  const inRegion = (resource: string): string => `arn:${partition}:sagemaker:${region}:${account}:${resource}`;
  const named = endpoints.flatMap((target) => {
    const [endpoint = '', component] = target.split('/');
    const arn = inRegion(`endpoint/${endpoint.toLowerCase()}`);
    return component === undefined ? [arn] : [arn, ...components(component).map(inRegion)];
  });
  // A model of Bedrock's marketplace is an endpoint of SageMaker that Bedrock calls with the rights of its caller.
  const marketplace = bedrockModels.filter((model) => /^arn:[a-z-]+:sagemaker:/.test(model));
  const Resource = [...new Set([...named, ...marketplace])];
  return Resource.length > 0 ? [{ Effect: 'Allow', Action: 'sagemaker:InvokeEndpoint', Resource }] : [];
}

/** SageMaker's ARNs are in small letters; where a component's is not, is not documented, and its own spelling is as good. */
function components(name: string): string[] {
  return [...new Set([name.toLowerCase(), name])].map((each) => `inference-component/${each}`);
}
