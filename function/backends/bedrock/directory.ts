import type { FoundationModelSummary, InferenceProfileSummary } from '../../dialects/bedrock.gen.ts';
import { isApplicationProfile } from '../../dialects/model-ids.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import type { Credential } from '../../credential.ts';
import { createCache } from './cache.ts';
import type { ControlPlane } from './control-plane.ts';

/** For whom the control plane is asked. */
export interface DirectoryCaller {
  readonly credential: Credential;
  /** The hash of the whole credential. */
  readonly cacheKey: string;
  /** Called when Bedrock has answered the credential with anything but a refusal of it. */
  readonly onCredentialAccepted?: () => void;
}

/** What a caller's region has, each part on its own: a key may list one and not the other. */
export interface Available {
  readonly foundationModels: Outcome<readonly FoundationModelSummary[]>;
  readonly profiles: Outcome<readonly InferenceProfileSummary[]>;
}

interface RegionalModel {
  readonly model: string;
  readonly region: string;
}

/** The control plane's answers, remembered for each caller and region for a short time. */
export interface Directory {
  available(caller: DirectoryCaller, region: string): Promise<Available>;
  /**
   * The id of the foundation model behind an application inference profile, whose own ARN does not show the family. Undefined
   * when the model is no such profile, or cannot be told: the call goes on without it.
   */
  modelOf(caller: DirectoryCaller, target: RegionalModel): Promise<string | undefined>;
}

export interface DirectoryOptions {
  readonly control: ControlPlane;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** New models appear on some day, not in some minute; a failure may be over with the next try. */
const keepSuccessMs = 5 * 60_000;
const keepFailureMs = 10_000;

/** A listing is some 200 kB in memory, so 50 of them are 10 MB. */
const maxListings = 50;
const maxProfileModels = 1_000;

/** A listing takes well under a second. A model's family only tunes the call that waits for it. */
const listingTimeoutMs = 8_000;
const profileTimeoutMs = 2_000;

export function createDirectory({ control, now }: DirectoryOptions): Directory {
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
    available: (caller, region) => listings.get(`${caller.cacheKey} ${region}`, () => list(control, caller, region)),
    async modelOf(caller, target) {
      if (!isApplicationProfile(target.model)) return undefined;
      const key = `${caller.cacheKey} ${target.region} ${target.model}`;
      return profileModels.get(key, () => resolve(control, caller, target));
    },
  };
}

async function list(
  control: ControlPlane,
  { credential, onCredentialAccepted }: DirectoryCaller,
  region: string,
): Promise<Available> {
  const signal = AbortSignal.timeout(listingTimeoutMs);
  const context = { credential, region, signal, ...(onCredentialAccepted && { onCredentialAccepted }) };
  const [foundationModels, profiles] = await Promise.all([
    control.listFoundationModels(context),
    control.listInferenceProfiles(context),
  ]);
  return { foundationModels, profiles };
}

/** The time limit is our own: a caller who hangs up must not take the answer from the others who wait for it. */
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
  // One model in several regions: their ARNs differ in the region only.
  return outcome.value.models[0]?.modelArn?.split('/').at(-1);
}
