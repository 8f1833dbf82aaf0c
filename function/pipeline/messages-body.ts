import { isModelAllowed } from '../auth/authorise.ts';
import { isLimited } from '../auth/limited.ts';
import { familyOf } from '../catalog/families.ts';
import type { Target } from '../catalog/catalog.ts';
import { parseTarget } from '../catalog/targets.ts';
import { isObject } from '../dialects/json.ts';
import { foundationId, isApplicationProfile } from '../dialects/model-ids.ts';
import { toWellFormed } from '../dialects/well-formed.ts';
import { ApiError } from '../errors.ts';
import { checkNumbers, type JsonBody } from '../http/body.ts';
import type { HttpHeaders } from '../http-values.ts';
import type { RequestContext } from '../request-context.ts';
import { contextManagement } from '../translate/anthropic/context-edits.ts';
import { rebuildMessages } from '../translate/anthropic/rebuild-messages.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { mayRepeat, renameModel, settleField } from '../translate/openai/rename-model.ts';
import { withoutField } from '../translate/openai/without-field.ts';
import { guardedHeaders, operationHeaders, stackPaidHeaders } from './invoke-headers.ts';
import type { PassthroughBody } from './passthrough.ts';
import type { RoutedRequest } from './route.ts';
import { spendingRules } from './spending-rules.ts';
import { modelBehind } from './translation-context.ts';

/** The only version of Anthropic's API that Bedrock's Messages take (AWS's guide, "Anthropic Messages API"). */
const anthropicVersion = '2023-06-01';

/** Names of models in a refusal. */
const maxNames = 10;

/** Throws the ApiError 400 for a target that has no Messages of Anthropic's: it names the models that have them. */
export function checkHasMessages({ backend, to: { target }, request }: RoutedRequest<JsonBody>): void {
  // Whose model an application profile leads to is asked later.
  const isHidden = target.family === undefined && isApplicationProfile(target.model);
  if (backend.messages === undefined || !(isHidden || isAnthropics(target))) throw withoutMessages(request.context);
}

/**
 * What is sent to Bedrock's Messages: the client's bytes where the caller pays, and a body that is written anew where the stack does. Rejects
 * with the ApiError 400 that says why the target cannot take it.
 */
export async function messagesBody(routed: RoutedRequest<JsonBody>): Promise<PassthroughBody> {
  const { request, to } = routed;
  const { betas } = familyOf(await modelBehind(routed));
  if (betas === undefined) throw withoutMessages(request.context);
  const { headers } = request.context.request;
  const { own, flags, ignored } = ownHeaders(headers, betas);
  if (to.credential.kind !== 'stack') {
    const passed = callerPaidBody(routed, flags);
    return {
      body: passed.body,
      headers: { ...operationHeaders(headers), ...own },
      ignored: [...ignored, ...passed.ignored],
    };
  }
  const rules = spendingRules(request.context.services);
  const paid = stackPaidHeaders(operationHeaders(headers), rules);
  const known = stackPaidBody(routed);
  return {
    body: known.body,
    headers: { ...guardedHeaders(paid.headers, rules), ...own },
    ignored: ignoredNames(new Set([...ignored, ...known.ignored, ...paid.ignored])),
  };
}

/**
 * What CountTokens is sent for a request of Messages: the request as a body of InvokeModel, for the model behind a profile, since Bedrock counts
 * for no profile. Rejects with the ApiError 400 that says why the target cannot take it.
 */
export async function countedMessages(
  routed: RoutedRequest<JsonBody>,
): Promise<PassthroughBody & { readonly model: string }> {
  const { request, to } = routed;
  const model = await modelBehind(routed);
  const { betas } = familyOf(model);
  if (betas === undefined) throw withoutMessages(request.context);
  const asked = askedBetas(request.context.request.headers);
  const kept = asked.filter((flag) => betas.includes(flag));
  const { model: _model, stream: _stream, context_management: asksEdits, ...fields } = request.body.value;
  const management = contextManagement(asksEdits, kept);
  const given = {
    max_tokens: 1,
    ...fields,
    ...(management && { context_management: management }),
    anthropic_version: 'bedrock-2023-05-31',
    anthropic_beta: kept,
  };
  const known =
    to.credential.kind === 'stack' ? rebuildMessages(given, betas) : { body: withoutNoFlags(given), ignored: [] };
  const bytes = Buffer.from(toWellFormed(JSON.stringify(known.body))).toString('base64');
  return {
    body: JSON.stringify({ input: { invokeModel: { body: bytes } } }),
    ignored: ignoredNames(
      new Set([
        ...(kept.length < asked.length ? ['anthropic-beta'] : []),
        ...(management === asksEdits ? [] : ['context_management']),
        ...known.ignored,
      ]),
    ),
    model: foundationId(model),
  };
}

/** The fields of a request of Messages that bedrock-mantle counts; it refuses any other, and formats of answers. */
export function countedAtMantle(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { messages, system, tools, tool_choice: choice, thinking, output_config: output } = body;
  const { format: _format, ...config } = isObject(output) ? output : {};
  const asked = { messages, system, tools, tool_choice: choice, thinking };
  return { ...asked, ...(Object.keys(config).length > 0 && { output_config: config }) };
}

/** A body without a list of flags that is empty, which Bedrock need not be told. */
function withoutNoFlags(body: { readonly anthropic_beta: readonly string[] }): object {
  const { anthropic_beta: flags, ...rest } = body;
  return flags.length > 0 ? body : rest;
}

/**
 * The client's bytes, but for the model's name and edits of the context that Bedrock would refuse. Upstream may read another of several fields
 * of one name than the last.
 */
function callerPaidBody(routed: RoutedRequest<JsonBody>, flags: readonly string[]): ReturnType<typeof stackPaidBody> {
  const body = settledBody(routed);
  const { context_management: given } = routed.request.body.value;
  if (given === undefined) return { body, ignored: [] };
  const management = contextManagement(given, flags);
  if (management === given) return { body, ignored: [] };
  const field = 'context_management';
  const known = management === undefined ? withoutField(body, field) : settleField(body, { field, value: management });
  return { body: known, ignored: [field] };
}

function settledBody({ request, to }: RoutedRequest<JsonBody>): string {
  const { value, text } = request.body;
  const { model } = to.target;
  checkNumbers(text);
  const isNamed = value['model'] === model && !isLimited(request.context.caller) && !mayRepeat(text, 'model');
  const named = isNamed ? text : renameModel(text, model);
  return mayRepeat(text, 'stream') ? settleField(named, { field: 'stream', value: request.stream }) : named;
}

/** Written anew: with known fields alone. What bodies of InvokeModel have in fields is in headers here. */
function stackPaidBody({ request, to }: RoutedRequest<JsonBody>): Required<Pick<PassthroughBody, 'body' | 'ignored'>> {
  const { model: _model, stream: _stream, ...fields } = request.body.value;
  const { anthropic_version: _version, anthropic_beta: _beta, ...rest } = fields;
  const { body, ignored } = rebuildMessages(rest, []);
  const inHeaders = ['anthropic_version', 'anthropic_beta'].filter((name) => Object.hasOwn(fields, name));
  return {
    body: toWellFormed(JSON.stringify({ model: to.target.model, ...body, ...(request.stream && { stream: true }) })),
    ignored: [...ignored, ...inHeaders],
  };
}

/**
 * Anthropic's own headers: the version, and those beta flags that the model's family takes. Bedrock refuses a request with any other flag,
 * and clients send the flags of Anthropic's API unasked: the header is named where one was left out.
 */
function ownHeaders(
  headers: HttpHeaders,
  betas: readonly string[],
): {
  readonly own: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly ignored: readonly string[];
} {
  const asked = askedBetas(headers);
  const kept = asked.filter((flag) => betas.includes(flag));
  return {
    flags: kept,
    own: { 'anthropic-version': anthropicVersion, ...(kept.length > 0 && { 'anthropic-beta': kept.join(',') }) },
    ignored: kept.length === asked.length ? [] : ['anthropic-beta'],
  };
}

function askedBetas(headers: HttpHeaders): readonly string[] {
  const flags = (headers.get('anthropic-beta') ?? '').split(',').map((flag) => flag.trim());
  return flags.filter((flag) => flag !== '');
}

function isAnthropics({ backend, family, model }: Pick<Target, 'backend' | 'family' | 'model'>): boolean {
  return backend === 'bedrock' && familyOf(family ?? model).betas !== undefined;
}

function withoutMessages(context: RequestContext): ApiError {
  const names = namesWithMessages(context);
  const which = names.length > 0 ? `, here ${names.join(', ')}` : '';
  return new ApiError(
    `This model does not have the Messages API: Anthropic's models on Amazon Bedrock have it${which}. Ask other models by POST /v1/chat/completions.`,
    { status: 400, code: 'unsupported_model', param: 'model' },
  );
}

/** Names of the catalog that lead to Anthropic's models, as far as the caller may know them. */
function namesWithMessages({ caller, services: { catalog } }: RequestContext): readonly string[] {
  // What a project may ask for is judged by more than names.
  if (caller.rules?.project?.models !== undefined) return [];
  const found = Object.entries(catalog.models).filter(([name, { target, family }]) => {
    const parsed = parseTarget(target);
    const isName = !name.includes('*') && isModelAllowed(caller.models, name, name);
    return isName && parsed !== undefined && isAnthropics({ ...parsed, ...(family !== undefined && { family }) });
  });
  return found.slice(0, maxNames).map(([name]) => name);
}
