import type {
  FoundationModelSummary,
  GetInferenceProfileResponse,
  InferenceProfileSummary,
} from '../../dialects/bedrock.gen.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import { readReply } from '../wire/body.ts';
import { encodeLabel } from '../wire/endpoint.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { holds, isText, listOf, maybe, type Check } from '../wire/shape.ts';
import { service } from './failures.ts';
import { readContext, refusalOutcome, type BedrockContext, type Send } from './send.ts';

/** Credential, region and deadline of a control plane call. */
export type ControlContext = BedrockContext;

/** The three control plane calls that list a caller's models. */
export interface ControlPlane {
  listFoundationModels(context: ControlContext): Promise<Outcome<readonly FoundationModelSummary[]>>;
  /** Returns the profiles of all pages. */
  listInferenceProfiles(context: ControlContext): Promise<Outcome<readonly InferenceProfileSummary[]>>;
  /** Looks a profile up by id or ARN. */
  getInferenceProfile(context: ControlContext, id: string): Promise<Outcome<GetInferenceProfileResponse>>;
}

/** The service model's largest page, and more pages than any account fills. */
const profilesPerPage = 1000;
const maxPages = 20;

/** Gets a JSON document of the control plane. */
export async function getJson(
  send: Send,
  path: string,
  context: ControlContext,
): Promise<Outcome<Readonly<Record<string, unknown>>>> {
  const sent = await send({ method: 'GET', path }, context);
  if (!sent.ok) return sent;
  return sent.value.statusCode === 200
    ? readReply(sent.value, readContext(context))
    : refusalOutcome(sent.value, context);
}

/** Bedrock's control plane: its lists of models and profiles, read page by page. */
export function controlPlane(send: Send): ControlPlane {
  return {
    async listFoundationModels(context) {
      const outcome = await getJson(send, '/foundation-models', context);
      return outcome.ok ? { ok: true, value: validEntries(outcome.value['modelSummaries'], isModel) } : outcome;
    },
    async listInferenceProfiles(context) {
      const profiles: InferenceProfileSummary[] = [];
      let next: string | undefined;
      for (let page = 0; page < maxPages; page += 1) {
        const token = next === undefined ? '' : `&nextToken=${encodeLabel(next)}`;
        const outcome = await getJson(send, `/inference-profiles?maxResults=${profilesPerPage}${token}`, context);
        if (!outcome.ok) return outcome;
        for (const profile of validEntries(outcome.value['inferenceProfileSummaries'], isProfile))
          profiles.push(profile);
        const { nextToken } = outcome.value;
        if (typeof nextToken !== 'string' || nextToken === '') break;
        next = nextToken;
      }
      return { ok: true, value: profiles };
    },
    async getInferenceProfile(context, id) {
      const outcome = await getJson(send, `/inference-profiles/${encodeLabel(id)}`, context);
      if (!outcome.ok) return outcome;
      const { value } = outcome;
      return isProfile(value) ? { ok: true, value } : { ok: false, failure: notAProfile };
    },
  };
}

const notAProfile = gatewayFailure('MalformedReply', `${service}'s answer is not an inference profile.`);

/** The valid entries of a list: an unexpected one must not hide the others. */
function validEntries<Member>(list: unknown, isMember: (entry: unknown) => entry is Member): readonly Member[] {
  return Array.isArray(list) ? list.filter(isMember) : [];
}

/** A list of names that may be absent or null. */
const isNames: Check = (value) => value === undefined || value === null || listOf(isText)(value);

const modelShape = holds({
  modelId: isText,
  modelArn: isText,
  outputModalities: isNames,
  inferenceTypesSupported: isNames,
});

const profileShape = holds({
  inferenceProfileId: isText,
  inferenceProfileArn: isText,
  models: listOf(holds({ modelArn: maybe(isText) })),
});

function isModel(entry: unknown): entry is FoundationModelSummary {
  return modelShape(entry);
}

function isProfile(entry: unknown): entry is InferenceProfileSummary & GetInferenceProfileResponse {
  return profileShape(entry);
}
