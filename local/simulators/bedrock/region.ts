import { accountId } from '../../account.ts';
import { catalog, mainModel, throttledModel, type Model } from './models.ts';

const applicationProfileId = 'a1b2c3d4e5f6';

/** An inference profile. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION';
  readonly model: Model;
  readonly modelArns: readonly string[];
}

interface Geography {
  readonly prefix: string;
  readonly regions: readonly string[];
}

// Which regions a profile of a geography reaches, shortened: a profile names at most five.
const geographies: Readonly<Record<string, Geography>> = {
  us: { prefix: 'us', regions: ['us-east-1', 'us-east-2', 'us-west-2'] },
  eu: { prefix: 'eu', regions: ['eu-central-1', 'eu-west-1', 'eu-west-3'] },
  ap: { prefix: 'apac', regions: ['ap-northeast-1', 'ap-southeast-1', 'ap-southeast-2'] },
};

/** What the control plane of one region knows. */
export interface Region {
  readonly name: string;
  readonly models: readonly Model[];
  readonly profiles: readonly Profile[];
  /** The main model, as a caller of this region names it. */
  readonly model: string;
  /** The model that answers everything with a ThrottlingException. */
  readonly throttledModel: string;
  /** Whatever a caller can converse with, under the shortest id that works. */
  readonly callable: readonly string[];
}

/** The region of a name, such as `us-east-1`. */
export function regionOf(name: string): Region {
  const geography = geographies[name.slice(0, 2)] ?? { prefix: 'us', regions: ['us-east-1', 'us-west-2'] };
  const profiles = [...catalog.flatMap((model) => systemProfiles(model, { name, geography })), application(name)];
  const ids = (model: Model) => (model.reach.includes('on-demand') ? [model.id] : profilesOf(model, profiles));
  return {
    name,
    models: catalog,
    profiles,
    model: `${geography.prefix}.${mainModel}`,
    throttledModel: `${geography.prefix}.${throttledModel}`,
    callable: catalog.filter((model) => model.family !== undefined).flatMap(ids),
  };
}

function profilesOf(model: Model, profiles: readonly Profile[]): string[] {
  return profiles.filter((profile) => profile.model === model && profile.type === 'SYSTEM_DEFINED').map(({ id }) => id);
}

function systemProfiles(model: Model, { name, geography }: { name: string; geography: Geography }): Profile[] {
  const global = { prefix: 'global', regions: [name] };
  const reached = [
    ...(model.reach.includes('geo') ? [geography] : []),
    ...(model.reach.includes('global') ? [global] : []),
  ];
  return reached.map(({ prefix, regions }) => ({
    id: `${prefix}.${model.id}`,
    // The name's pattern knows letters, digits and single separators.
    name: `${prefix.toUpperCase()} ${model.provider} ${model.name}`.replaceAll('.', ' '),
    arn: `arn:aws:bedrock:${name}:${accountId}:inference-profile/${prefix}.${model.id}`,
    type: 'SYSTEM_DEFINED',
    model,
    modelArns: regions.map((region) => modelArn(region, model.id)),
  }));
}

/** A team's own profile: an opaque ARN that only GetInferenceProfile can tell the model of. */
function application(region: string): Profile {
  const model = modelNamed(mainModel);
  return {
    id: applicationProfileId,
    name: 'team reports',
    arn: `arn:aws:bedrock:${region}:${accountId}:application-inference-profile/${applicationProfileId}`,
    type: 'APPLICATION',
    model,
    modelArns: [modelArn(region, model.id)],
  };
}

/** ARN of a foundation model. */
export function modelArn(region: string, id: string): string {
  return `arn:aws:bedrock:${region}::foundation-model/${id}`;
}

function modelNamed(id: string): Model {
  const model = catalog.find((candidate) => candidate.id === id);
  if (model === undefined) throw new Error(`The simulator has no model ${id}.`);
  return model;
}
