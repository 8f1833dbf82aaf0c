import { foundationId, isApplicationProfile, isOpaque, runtimeId } from '../dialects/model-ids.ts';
import type { BackendFactsByName, Catalog, Target } from './catalog.ts';
import { idOfArn, isBedrockModel } from './names.ts';
import { keyFor } from './resolve.ts';
import { factsOf, parseTarget } from './targets.ts';

/** The names that may be asked for, or may not. */
export interface ModelList {
  readonly mode: 'allow_list' | 'deny_list';
  /** Names and patterns of the catalog, and Bedrock's ids and ARNs. */
  readonly ids: readonly string[];
}

/** Whether something is permitted; `unclear` where that depends on the model behind an application inference profile, which Bedrock tells. */
export type Verdict = 'permitted' | 'denied' | 'unclear';

/**
 * Tells the id of the model behind the ARN of an application inference profile: undefined where nobody has been asked yet, null where it
 * cannot be found out.
 */
export type ModelBehind = (arn: string) => string | null | undefined;

/** What a list says of names and of the targets that they lead to. */
export interface Permissions {
  /**
   * Whether a name may be asked for that leads to this entry of the catalog, or to none. With a deny list, a name is denied with its
   * target; its fallbacks are judged by themselves.
   */
  readonly name: (name: string, key: string | undefined, behind?: ModelBehind) => Verdict;
  /** Whether a target may answer for a name that is permitted. */
  readonly target: (target: Place, behind?: ModelBehind) => Verdict;
  /** Whether an entry of Bedrock's lists is shown, by its names and the ARNs of the models behind it. */
  readonly shows: (names: readonly string[], models: readonly string[]) => boolean;
  /** Whether the model behind an application inference profile may decide. */
  readonly asksBehind: boolean;
}

type Place = Pick<Target, 'backend' | 'model' | 'family'>;

/** What names are judged by beside the list. */
interface Names {
  readonly catalog: Catalog;
  readonly backendFacts: BackendFactsByName;
}

/** Reads a list. The catalog says where the names in it lead to, as of now. */
export function permissionsOf({ mode, ids }: ModelList, names: Names): Permissions {
  return mode === 'allow_list' ? allowing(ids, names) : denying(ids, names);
}

/** An allow list permits exactly the names that it has. A model that Bedrock knows by two ids is asked for by either. */
function allowing(ids: readonly string[], { catalog }: Names): Permissions {
  const listed = new Set(ids);
  const own = new Set(ids.map(runtimeId));
  const isPermitted = (name: string, key: string | undefined): boolean =>
    listed.has(name) || (key === undefined ? own.has(runtimeId(name)) : listed.has(key));
  return {
    name: (name, key) => (isPermitted(name, key) ? 'permitted' : 'denied'),
    target: () => 'permitted',
    shows: (all) => all.some((name) => isPermitted(name, ownKey(name, catalog))),
    asksBehind: false,
  };
}

/** A deny list denies the names that it has, and what they lead to under every other name. */
function denying(ids: readonly string[], { catalog, backendFacts }: Names): Permissions {
  const listed = new Set(ids);
  const isOfBedrock = (place: Place): boolean => factsOf(place, backendFacts).paidWith === 'bedrock-key';
  const places = ids.flatMap((id) => placesOf(id, catalog));
  const models = places.flatMap((place) =>
    isOfBedrock(place) && !isOpaque(place.model) ? [modelId(place.model)] : [],
  );
  const others = new Set(places.map((place) => (isOfBedrock(place) ? exactArn(place.model) : exactTarget(place))));
  const isDenied = (id: string): boolean => models.some((model) => isSameModel(model, modelId(id)));

  function target(place: Place, behind: ModelBehind = () => undefined): Verdict {
    if (!isOfBedrock(place)) return others.has(exactTarget(place)) ? 'denied' : 'permitted';
    if (!isOpaque(place.model)) return isDenied(place.model) ? 'denied' : 'permitted';
    if (others.has(exactArn(place.model))) return 'denied';
    return models.length === 0 ? 'permitted' : opaque(place, behind);
  }

  /** A target whose ARN does not show its model. One of which nobody can tell it is denied: it could be any. */
  function opaque({ model, family }: Place, behind: ModelBehind): Verdict {
    const isProfile = isApplicationProfile(model);
    const told = isProfile ? behind(model) : null;
    if ([family, told].some((id) => typeof id === 'string' && isDenied(id))) return 'denied';
    if (told === undefined) return 'unclear';
    return told !== null || family !== undefined || isOwnModel(model) ? 'permitted' : 'denied';
  }

  function name(text: string, key: string | undefined, behind?: ModelBehind): Verdict {
    if (listed.has(text) || (key !== undefined && listed.has(key))) return 'denied';
    const place = key === undefined ? ownPlace(text) : placeOf(key, catalog);
    // What is no name at all is refused for that.
    return place === undefined ? 'permitted' : target(place, behind);
  }

  return {
    name,
    target,
    shows(all, behind) {
      const verdicts = all.map((text) => name(text, ownKey(text, catalog), () => behind[0] ?? null));
      return !behind.some(isDenied) && verdicts.every((verdict) => verdict === 'permitted');
    },
    asksBehind: models.length > 0,
  };
}

/** What a listed name leads to. Bedrock's own ids mean its models even where the catalog has them for something else. */
function placesOf(id: string, catalog: Catalog): readonly Place[] {
  const key = keyFor(id, catalog);
  return [key === undefined ? undefined : placeOf(key, catalog), ownPlace(id)].filter((place) => place !== undefined);
}

function ownPlace(name: string): Place | undefined {
  return isBedrockModel(name) ? { backend: 'bedrock', model: name } : undefined;
}

/** The first target of an entry; a fallback is not what its name stands for. */
function placeOf(key: string, { models }: Catalog): Place | undefined {
  const entry = models[key];
  const place = entry && parseTarget(entry.target);
  return place && { ...place, ...(entry.family !== undefined && { family: entry.family }) };
}

/** The key of an entry of Bedrock's lists: no pattern takes what Bedrock shows under a name of its own. */
function ownKey(name: string, { models }: Catalog): string | undefined {
  return Object.hasOwn(models, name) ? name : undefined;
}

/** What all spellings of a model have in common: the id without region, version and context size. ARNs that show an id are spellings of it. */
function modelId(text: string): string {
  const id = runtimeId(idOfArn(text.toLowerCase()));
  return foundationId(id).replace(/:.*$/s, '');
}

/**
 * Whether two of these are one model. Of a provider and a region that are both new, nobody knows yet what is the prefix: a longer id that
 * ends with the other is taken for a spelling of it.
 */
function isSameModel(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}

/** An ARN without the version behind its name, which those of prompts have. */
function exactArn(arn: string): string {
  return arn.toLowerCase().replace(/(\/[^/:]*):[^/]*$/, '$1');
}

/** A target outside of Bedrock. Names of SageMaker's endpoints are one in any case. */
function exactTarget({ backend, model }: Place): string {
  return `${backend}:${model}`.toLowerCase();
}

/** Whether an ARN is that of a model of the account's own, rather than of something that leads to a model. */
function isOwnModel(arn: string): boolean {
  return /^arn:[^/]*:(custom-model|custom-model-deployment|imported-model|endpoint)\//.test(arn);
}
