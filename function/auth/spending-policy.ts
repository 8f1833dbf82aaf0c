import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { ApiError } from '../errors.ts';
import { orOwnKey, type KeyPolicy } from './own-key.ts';
import {
  privilegedFieldsOfConverse,
  privilegedFieldsOfOpenAi,
  s3Param,
  reachesServers,
  runsTools,
  type PrivilegedField,
} from './privileged-fields.ts';

/** What the stack says of calls that it pays. */
export interface SpendingRules extends KeyPolicy {
  /** What callers may set all the same. */
  readonly callersMaySet: readonly PrivilegedField[];
  /** Put on every call to Bedrock, over whatever the caller asks for. */
  readonly guardrail?: { readonly identifier: string; readonly version: string };
}

/** Tells the stack's calls apart in its invocation logs; Bedrock's own limit is 16 entries. */
const callerKey = 'gateway-caller';
const maxMetadataEntries = 16;

/** Where each member, and the fields for the model, are found in the caller's own request, for the words of a refusal. */
export type ParamNames = Readonly<Record<PrivilegedField | 'fields', string>>;

/** Where a Converse request has the privileged fields. */
export const converseParams: ParamNames = {
  s3Location: 'messages',
  promptVariables: 'promptVariables',
  guardrailConfig: 'guardrailConfig',
  serviceTier: 'serviceTier',
  performanceConfig: 'performanceConfig',
  fields: 'additionalModelRequestFields',
};

/** Where a Chat Completions request has the privileged fields; completions have only `service_tier`. */
export const chatParams: ParamNames = {
  s3Location: 'messages',
  promptVariables: 'bedrock.promptVariables',
  guardrailConfig: 'bedrock.guardrailConfig',
  serviceTier: 'service_tier',
  performanceConfig: 'bedrock.performanceConfig',
  fields: 'bedrock.additionalModelRequestFields',
};

/** Whose request a spending policy is applied to, and what the gateway itself has put into it. */
export interface PolicySubject {
  readonly params: ParamNames;
  readonly callerId: string;
  /** The S3 URI of a stored file of the caller, which the request reads. */
  readonly reads?: string | undefined;
}

/**
 * A request that the stack pays, rebuilt from the members that are known here, the stack's own set last. Throws a 400 for a
 * member that this caller may not set.
 */
export function applySpendingPolicy(
  request: ConverseRequest,
  rules: SpendingRules,
  { params, callerId, reads }: PolicySubject,
): ConverseRequest {
  const { callersMaySet, guardrail } = rules;
  checkSpending(request, rules, { params, reads });
  if (guardrail && !callersMaySet.includes('guardrailConfig')) checkGuarded(request, rules);
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
function checkSpending(
  request: ConverseRequest,
  rules: Omit<SpendingRules, 'guardrail'>,
  { params, reads }: Omit<PolicySubject, 'callerId'>,
): void {
  refuseFirst(privilegedFieldsOfConverse(request, reads), rules, params);
  const field = reachesServers(request);
  if (field !== undefined) throw notPaid(`${params.fields}.${field}`, rules);
  if (runsTools(request)) throw notPaid('toolConfig.tools', rules);
}

/** A guardrail assesses all messages, or only what is marked where anything is: the rest would get past the stack's guardrail. */
function checkGuarded({ messages = [] }: ConverseRequest, policy: KeyPolicy): void {
  for (const [at, { content }] of messages.entries()) {
    const marked = content.findIndex((block) => Object.hasOwn(block, 'guardContent'));
    if (marked >= 0) throw notAllGuarded(`messages[${at}].content[${marked}].guardContent`, policy);
  }
}

/** Throws an ApiError 400 for a field of a body in one of OpenAI's dialects that a caller may not set where the stack pays. */
export function checkOpenAiSpending(
  body: Readonly<Record<string, unknown>>,
  rules: Omit<SpendingRules, 'guardrail'>,
): void {
  const found = privilegedFieldsOfOpenAi(body);
  refuseFirst(found, rules, paramsIn(body, found));
}

/** Where a body of one of OpenAI's dialects has what was found in it. */
export function paramsIn(body: Readonly<Record<string, unknown>>, found: readonly PrivilegedField[]): ParamNames {
  const s3Location = found.includes('s3Location') ? s3Param(body) : undefined;
  return s3Location === undefined ? chatParams : { ...chatParams, s3Location };
}

/** What only Bedrock's own operations carry out: to leave it out elsewhere would change what an answer means. */
const bedrockAlone: ReadonlySet<PrivilegedField> = new Set(['s3Location', 'promptVariables', 'guardrailConfig']);

/**
 * Throws a 400 for what a target outside of Bedrock cannot carry out, whoever pays, and then for what the stack does not pay
 * there: its tier. What such a target never hears of is not asked of it.
 */
export function checkOutsideBedrock(
  found: readonly PrivilegedField[],
  rules: Omit<SpendingRules, 'guardrail'>,
  params: ParamNames,
): void {
  const uncarried = found.find((each) => bedrockAlone.has(each));
  if (uncarried !== undefined) throw notCarried(params[uncarried], 'outside of Amazon Bedrock');
  if (found.includes('serviceTier') && !rules.callersMaySet.includes('serviceTier')) {
    throw notTheirsToSet(params.serviceTier, 'serviceTier', '');
  }
}

/** Throws a 400 for extension fields that Bedrock's own Chat Completions have no place for, whoever pays. */
export function checkNativeChat({ bedrock }: Readonly<Record<string, unknown>>): void {
  const found = privilegedFieldsOfOpenAi({ bedrock }).find(
    (each) => each === 'promptVariables' || each === 'guardrailConfig',
  );
  if (found !== undefined) throw notCarried(chatParams[found], "by Bedrock's own Chat Completions");
}

/** The 400 for a field that a target cannot carry out; `where` ends the sentence "it is not carried out …". */
export function notCarried(param: string, where: string): ApiError {
  return new ApiError(
    `Unsupported parameter: '${param}' is not supported with this model. It is not carried out ${where}: leave it out, or ask ` +
      'for a model whose target in the config of the stack begins with `bedrock:`.',
    { status: 400, code: 'unsupported_parameter', param },
  );
}

function refuseFirst(
  found: readonly PrivilegedField[],
  rules: Omit<SpendingRules, 'guardrail'>,
  params: ParamNames,
): void {
  const member = found.find((each) => !rules.callersMaySet.includes(each));
  if (member !== undefined) throw notTheirsToSet(params[member], member, orOwnKey(rules));
}

function ours({ identifier, version }: { identifier: string; version: string }) {
  return { guardrailIdentifier: identifier, guardrailVersion: version };
}

/** The caller's own entries as far as there is room beside the stack's. */
function metadata(given: ConverseRequest['requestMetadata'], callerId: string): Record<string, string> {
  if (given === undefined) return { [callerKey]: callerId };
  const others = Object.entries(given).filter(([key]) => key !== callerKey);
  return { ...Object.fromEntries(others.slice(0, maxMetadataEntries - 1)), [callerKey]: callerId };
}

function present(fields: {
  readonly [Name in keyof ConverseRequest]: ConverseRequest[Name] | undefined;
}): ConverseRequest {
  const given: Record<string, unknown> = {};
  let name: keyof ConverseRequest;
  for (name in fields) {
    if (fields[name] !== undefined) given[name] = fields[name];
  }
  return given;
}

function notPaid(param: string, policy: KeyPolicy): ApiError {
  return new ApiError(
    'The stack pays for this call, and it pays for nothing that reaches other servers or that they run: leave out ' +
      `${param}${orOwnKey(policy)}.`,
    { status: 400, code: 'not_allowed_at_this_cost', param },
  );
}

function notAllGuarded(param: string, policy: KeyPolicy): ApiError {
  return new ApiError(
    `The stack pays for this call and puts its guardrail on all of the messages, and ${param} would have it assess nothing else: send ` +
      `text and images without guardContent${orOwnKey(policy)}. (The config allows it with guardrailConfig in ` +
      'bedrock-gateway:callersMaySet.)',
    { status: 400, code: 'not_allowed_at_this_cost', param },
  );
}

function notTheirsToSet(param: string, member: PrivilegedField, or: string): ApiError {
  return new ApiError(
    `The stack pays for this call, and its config does not let callers set ${member} there: leave it out${or}. (The config ` +
      'allows it with bedrock-gateway:callersMaySet.)',
    { status: 400, code: 'not_allowed_at_this_cost', param },
  );
}
