import type { FoundationModelSummary, InferenceProfileSummary } from '../../dialects/bedrock.gen.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import type { Credential } from '../backend.ts';
import { createCache } from './cache.ts';
import type { ControlContext, ControlPlane } from './control-plane.ts';

/** For whom the control plane is asked, and in which region. */
export interface Asker {
  readonly credential: Credential;
  /** The hash of the whole credential. */
  readonly cacheKey: string;
  readonly region: string;
}

/** What a caller's region has, each part on its own: a key may list one and not the other. */
export interface Available {
  readonly foundationModels: Outcome<readonly FoundationModelSummary[]>;
  readonly profiles: Outcome<readonly InferenceProfileSummary[]>;
}

/** The control plane's answers, remembered for each caller and region for a short time. */
export interface Directory {
  available(asker: Asker): Promise<Available>;
  /**
   * The id of the foundation model behind an application inference profile, whose own ARN does not show the family. Undefined
   * when the model is no such profile, or cannot be told: the call goes on without it.
   */
  underlyingModel(asker: Asker, model: string): Promise<string | undefined>;
}

export interface DirectoryOptions {
  readonly control: ControlPlane;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** New models appear on some day, not in some minute; a failure may be over with the next try. */
const goodMs = 5 * 60_000;
const failedMs = 10_000;

/** A listing is some 200 kB in memory, so 50 of them are 10 MB. */
const mostListings = 50;
const mostProfiles = 1_000;

/** A listing takes well under a second. A model's family only tunes the call that waits for it. */
const listingMs = 8_000;
const profileMs = 2_000;

export function createDirectory({ control, now }: DirectoryOptions): Directory {
  const listings = createCache<Available>({
    now,
    most: mostListings,
    keepMs: ({ foundationModels, profiles }) => (foundationModels.ok && profiles.ok ? goodMs : failedMs),
  });
  const profileModels = createCache<string | undefined>({
    now,
    most: mostProfiles,
    keepMs: (model) => (model === undefined ? failedMs : goodMs),
  });

  return {
    available: (asker) => listings.get(keyOf(asker), () => list(control, asker)),
    async underlyingModel(asker, model) {
      if (!isApplicationProfile(model)) return undefined;
      return profileModels.get(`${keyOf(asker)} ${model}`, () => resolve(control, asker, model));
    },
  };
}

async function list(control: ControlPlane, asker: Asker): Promise<Available> {
  const context = contextOf(asker, listingMs);
  const [foundationModels, profiles] = await Promise.all([
    control.listFoundationModels(context),
    control.listInferenceProfiles(context),
  ]);
  return { foundationModels, profiles };
}

async function resolve(control: ControlPlane, asker: Asker, profile: string): Promise<string | undefined> {
  const outcome = await control.getInferenceProfile(contextOf(asker, profileMs), profile);
  if (!outcome.ok) return undefined;
  // One model in several regions: they differ in their ARN's region only.
  const arn = outcome.value.models[0]?.modelArn;
  return arn?.split('/').at(-1);
}

/** The time limit is our own: a caller who hangs up must not take the answer from the others who wait for it. */
function contextOf({ credential, region }: Asker, patienceMs: number): ControlContext {
  return { credential, region, signal: AbortSignal.timeout(patienceMs) };
}

function keyOf({ cacheKey, region }: Asker): string {
  return `${cacheKey} ${region}`;
}

function isApplicationProfile(model: string): boolean {
  return /^arn:[^:]+:bedrock:[^:]*:[^:]*:application-inference-profile\//.test(model);
}
