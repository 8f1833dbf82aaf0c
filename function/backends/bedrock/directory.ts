import type { FoundationModelSummary, InferenceProfileSummary } from '../../dialects/bedrock.gen.ts';
import { isApplicationProfile } from '../../dialects/model-ids.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import type { Credential } from '../../credential.ts';
import type { Mantle } from '../backend.ts';
import { createCache } from './cache.ts';
import type { ControlPlane } from './control-plane.ts';

/** The caller on whose behalf the control plane is called. */
export interface DirectoryCaller {
  readonly credential: Credential;
  /** The hash of the whole credential. */
  readonly cacheKey: string;
  /** Called when Bedrock has answered with anything but a refusal of the credential. */
  readonly onCredentialAccepted?: () => void;
}

/** What a caller has in a region. The two parts fail independently: a key may be allowed to list one and not the other. */
export interface Available {
  readonly foundationModels: Outcome<readonly FoundationModelSummary[]>;
  readonly profiles: Outcome<readonly InferenceProfileSummary[]>;
  /** Ids of models on bedrock-mantle; absent where the stack does not use it. */
  readonly mantleModels?: Outcome<readonly string[]>;
}

interface RegionalModel {
  readonly model: string;
  readonly region: string;
}

/** Control plane answers, cached for each caller and region for a short time. */
export interface Directory {
  available(caller: DirectoryCaller, region: string): Promise<Available>;
  /**
   * The id of the foundation model behind an application inference profile, whose ARN does not show the family. Undefined where the model
   * is not such a profile, or cannot be found out: the call goes on without it.
   */
  modelOf(caller: DirectoryCaller, target: RegionalModel): Promise<string | undefined>;
}

/** The control plane that a directory asks, and the clock of its cache. */
export interface DirectoryOptions {
  readonly control: ControlPlane;
  /** Bedrock's second endpoint; absent where the stack does not use it. */
  readonly mantle?: Pick<Mantle, 'listModels'> | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** New models appear on some day, not in some minute; a failure may be over at the next try. */
const keepSuccessMs = 5 * 60_000;
const keepFailureMs = 10_000;

/** A listing is some 200 kB in memory, so 50 of them are 10 MB. */
const maxListings = 50;
const maxProfileModels = 1_000;

/** Timeouts of a listing, which takes well under a second, and of a profile lookup, which only tunes the call that waits for it. */
const listingTimeoutMs = 8_000;
const profileTimeoutMs = 2_000;

/** Makes a directory of models and profiles that caches what the control plane says. */
export function createDirectory({ control, mantle, now }: DirectoryOptions): Directory {
  const listings = createCache<Available>({
    now,
    maxEntries: maxListings,
    keepMs: ({ foundationModels, profiles }) => (foundationModels.ok && profiles.ok ? keepSuccessMs : keepFailureMs),
  });
  const profileModels = createCache<string | undefined>({
    now,
    maxEntries: maxProfileModels,
    keepMs: (model) => (model === undefined ? keepFailureMs : keepSuccessMs),
  });

  return {
    available: (caller, region) =>
      listings.get(`${caller.cacheKey} ${region}`, () => list({ control, mantle }, caller, region)),
    async modelOf(caller, target) {
      if (!isApplicationProfile(target.model)) return undefined;
      const key = `${caller.cacheKey} ${target.region} ${target.model}`;
      return profileModels.get(key, () => resolve(control, caller, target));
    },
  };
}

async function list(
  { control, mantle }: Pick<DirectoryOptions, 'control' | 'mantle'>,
  { credential, onCredentialAccepted }: DirectoryCaller,
  region: string,
): Promise<Available> {
  const signal = AbortSignal.timeout(listingTimeoutMs);
  const context = { credential, region, signal, ...(onCredentialAccepted && { onCredentialAccepted }) };
  const [foundationModels, profiles, mantleModels] = await Promise.all([
    control.listFoundationModels(context),
    control.listInferenceProfiles(context),
    mantle?.listModels(context),
  ]);
  return { foundationModels, profiles, ...(mantleModels && { mantleModels }) };
}

/**
 * Looks up the model of a profile. The time limit is fixed: a caller who hangs up must not cancel the lookup for others who wait for it.
 */
async function resolve(
  control: ControlPlane,
  { credential }: DirectoryCaller,
  { model, region }: RegionalModel,
): Promise<string | undefined> {
  const outcome = await control.getInferenceProfile(
    { credential, region, signal: AbortSignal.timeout(profileTimeoutMs) },
    model,
  );
  if (!outcome.ok) return undefined;
  // A model in several regions has ARNs that differ in the region only.
  return outcome.value.models[0]?.modelArn?.split('/').at(-1);
}
