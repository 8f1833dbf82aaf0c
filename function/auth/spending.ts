import type { ContentBlock, ConverseRequest } from '../dialects/converse.gen.ts';
import { ApiError } from '../errors.ts';

/** Members by which a request reaches into the stack's account, or makes it pay more. */
export type Costly = 's3Location' | 'promptVariables' | 'guardrailConfig' | 'serviceTier' | 'performanceConfig';

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
  { callersMaySet }: Pick<SpendingRules, 'callersMaySet'>,
  places: Places,
): void {
  for (const member of costly(request)) {
    if (!callersMaySet.includes(member)) throw notTheirsToSet(places[member], member);
  }
}

/** Of OpenAI's requests that pass through: the only member of the list that they have. Throws a 400 as `spend` does. */
export function spendTier(tier: unknown, { callersMaySet }: SpendingRules): void {
  if (tier === undefined || tier === null || tier === 'auto' || tier === 'default') return;
  if (!callersMaySet.includes('serviceTier')) throw notTheirsToSet(chatPlaces.serviceTier, 'serviceTier');
}

function costly(request: ConverseRequest): Costly[] {
  const { promptVariables, guardrailConfig, serviceTier, performanceConfig } = request;
  const found: [Costly, boolean][] = [
    ['s3Location', reachesS3(request)],
    ['promptVariables', promptVariables !== undefined],
    ['guardrailConfig', guardrailConfig !== undefined],
    // What holds anyway asks for nothing.
    ['serviceTier', serviceTier !== undefined && serviceTier.type !== 'default'],
    ['performanceConfig', (performanceConfig?.latency ?? 'standard') !== 'standard'],
  ];
  return found.flatMap(([member, asked]) => (asked ? [member] : []));
}

/** In content, by the member that says so; in what goes to the model as it is, by any sign of it. */
function reachesS3({ messages = [], additionalModelRequestFields }: ConverseRequest): boolean {
  return messages.some(({ content }) => content.some(blockReachesS3)) || mentionsS3(additionalModelRequestFields);
}

/** Media are the only blocks with a source; those in a tool's result are media too. */
function blockReachesS3(block: ContentBlock): boolean {
  return Object.entries(block).some(([kind, value]) => {
    if (kind !== 'toolResult') return isObject(value) && isObject(value['source']) && 's3Location' in value['source'];
    const content: unknown = isObject(value) ? value['content'] : undefined;
    return Array.isArray(content) && content.some((inner) => isObject(inner) && anySource(inner));
  });
}

function anySource(block: Readonly<Record<string, unknown>>): boolean {
  return Object.values(block).some(
    (value) => isObject(value) && isObject(value['source']) && 's3Location' in value['source'],
  );
}

function mentionsS3(value: unknown): boolean {
  if (typeof value === 'string') return /^\s*s3:\/\//i.test(value);
  if (Array.isArray(value)) return value.some(mentionsS3);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([key, inner]) => /^s3_?(?:location|uri)$/i.test(key) || mentionsS3(inner));
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notTheirsToSet(param: string, member: Costly): ApiError {
  return new ApiError(
    `The stack pays for this call, and its config does not let callers set ${member} there: leave it out, or use an Amazon ` +
      'Bedrock API key of your own. (The config allows it with bedrock-gateway:callersMaySet.)',
    { status: 400, code: 'not_allowed_at_this_cost', param },
  );
}
