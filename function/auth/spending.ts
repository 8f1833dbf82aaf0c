import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { ApiError } from '../errors.ts';
import { costlyOfConverse, costlyOfOpenAi, type Costly } from './costly.ts';

/** What the stack says of calls that it pays. */
export interface SpendingRules {
  /** What callers may set all the same. */
  readonly callersMaySet: readonly Costly[];
  /** Put on every call to Bedrock, over whatever the caller asks for. */
  readonly guardrail?: { readonly identifier: string; readonly version: string };
}

/** Tells the stack's calls apart in its invocation logs; Bedrock's own limit is 16 entries. */
const callerKey = 'gateway-caller';
const mostMetadata = 16;

/** Where each member is found in the caller's own request, for the words of a refusal. */
export type Places = Readonly<Record<Costly, string>>;

/** As Converse itself has them. */
export const conversePlaces: Places = {
  s3Location: 'messages',
  promptVariables: 'promptVariables',
  guardrailConfig: 'guardrailConfig',
  serviceTier: 'serviceTier',
  performanceConfig: 'performanceConfig',
};

/** As Chat Completions has them; completions have `service_tier` and nothing else of it. */
export const chatPlaces: Places = {
  s3Location: 'messages',
  promptVariables: 'bedrock.promptVariables',
  guardrailConfig: 'bedrock.guardrailConfig',
  serviceTier: 'service_tier',
  performanceConfig: 'bedrock.performanceConfig',
};

/**
 * A request that the stack pays, rebuilt from the members that are known here, the stack's own set last. Throws a 400 for a
 * member that this caller may not set.
 */
export function spend(
  request: ConverseRequest,
  { callersMaySet, guardrail }: SpendingRules,
  { places, callerId }: { readonly places: Places; readonly callerId: string },
): ConverseRequest {
  checkSpending(request, { callersMaySet }, places);
  const { messages, system, inferenceConfig, toolConfig, outputConfig } = request;
  const { additionalModelRequestFields, additionalModelResponseFieldPaths } = request;
  const { guardrailConfig, promptVariables, performanceConfig, serviceTier } = request;
  const known = {
    messages,
    system,
    inferenceConfig,
    toolConfig,
    outputConfig,
    additionalModelRequestFields,
    additionalModelResponseFieldPaths,
    guardrailConfig: guardrail ? ours(guardrail) : guardrailConfig,
    promptVariables,
    performanceConfig,
    serviceTier,
    requestMetadata: metadata(request.requestMetadata, callerId),
  };
  return present(known);
}

/** Throws a 400 for a member that a caller may not set where the stack pays. */
export function checkSpending(
  request: ConverseRequest,
  rules: Pick<SpendingRules, 'callersMaySet'>,
  places: Places,
): void {
  refuseFirst(costlyOfConverse(request), rules, places);
}

/** The same of a body in one of OpenAI's dialects. */
export function checkOpenAiSpending(
  body: Readonly<Record<string, unknown>>,
  rules: Pick<SpendingRules, 'callersMaySet'>,
): void {
  refuseFirst(costlyOfOpenAi(body), rules, chatPlaces);
}

function refuseFirst(
  found: readonly Costly[],
  { callersMaySet }: Pick<SpendingRules, 'callersMaySet'>,
  places: Places,
): void {
  const member = found.find((each) => !callersMaySet.includes(each));
  if (member !== undefined) throw notTheirsToSet(places[member], member);
}

function ours({ identifier, version }: { identifier: string; version: string }) {
  return { guardrailIdentifier: identifier, guardrailVersion: version };
}

/** The caller's own entries as far as there is room beside the stack's. */
function metadata(given: ConverseRequest['requestMetadata'], callerId: string): Record<string, string> {
  const others = Object.entries(given ?? {}).filter(([key]) => key !== callerKey);
  return { ...Object.fromEntries(others.slice(0, mostMetadata - 1)), [callerKey]: callerId };
}

function present(members: {
  readonly [Name in keyof ConverseRequest]: ConverseRequest[Name] | undefined;
}): ConverseRequest {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function notTheirsToSet(param: string, member: Costly): ApiError {
  return new ApiError(
    `The stack pays for this call, and its config does not let callers set ${member} there: leave it out, or use an Amazon ` +
      'Bedrock API key of your own. (The config allows it with bedrock-gateway:callersMaySet.)',
    { status: 400, code: 'not_allowed_at_this_cost', param },
  );
}
