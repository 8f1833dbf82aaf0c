import type {
  FoundationModelSummary,
  GetInferenceProfileResponse,
  InferenceProfileSummary,
} from '../../dialects/bedrock.gen.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import { reply } from '../wire/body.ts';
import { encodeLabel } from '../wire/endpoint.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { holds, isText, listOf, maybe, type Check } from '../wire/shape.ts';
import { service } from './failures.ts';
import { readContext, refusalOutcome, type BedrockContext, type Send } from './send.ts';

/** With whose credential the control plane is asked, where, and for how long. */
export type ControlContext = BedrockContext;

/** The three calls that tell which models a caller has. */
export interface ControlPlane {
  listFoundationModels(context: ControlContext): Promise<Outcome<readonly FoundationModelSummary[]>>;
  /** All pages. */
  listInferenceProfiles(context: ControlContext): Promise<Outcome<readonly InferenceProfileSummary[]>>;
  /** By id or ARN. */
  getInferenceProfile(context: ControlContext, id: string): Promise<Outcome<GetInferenceProfileResponse>>;
}

/** The largest page that the service model allows, and more pages than any account fills. */
const profilesPerPage = 1000;
const maxPages = 20;

/** Asks for one of its JSON documents. */
export async function getJson(
  send: Send,
  path: string,
  context: ControlContext,
): Promise<Outcome<Readonly<Record<string, unknown>>>> {
  const sent = await send({ method: 'GET', path }, context);
  if (!sent.ok) return sent;
  return sent.value.statusCode === 200 ? reply(sent.value, readContext(context)) : refusalOutcome(sent.value, context);
}

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

/** Those entries of a list that can be used; a strange one must not hide the others. */
function validEntries<Member>(list: unknown, isMember: (entry: unknown) => entry is Member): readonly Member[] {
  return Array.isArray(list) ? list.filter(isMember) : [];
}

/** A list that says nothing where it is absent or null. */
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
