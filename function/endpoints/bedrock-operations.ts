import { permit, authorise } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import { callRegion } from '../auth/region.ts';
import { runtimeOperations, type RuntimeOperation, type RuntimeOperationName } from '../backends/bedrock/operations.ts';
import { keyFor, resolve } from '../catalog/resolve.ts';
import { factsOf } from '../catalog/targets.ts';
import { ApiError } from '../errors.ts';
import { checkNumbers, readBytes, readJson } from '../http/body.ts';
import { json } from '../http/json.ts';
import { settleField } from '../translate/openai/rename-model.ts';
import { awsFront } from '../pipeline/aws-client.ts';
import type { Call } from '../request-context.ts';
import { lifetime } from '../pipeline/deadline.ts';
import { pathId } from './path-id.ts';
import { pipedWay } from '../pipeline/passthrough.ts';
import { loggedName } from '../pipeline/target-label.ts';
import type { HttpResponse } from '../http-values.ts';

type Bearer = NonNullable<Caller['bedrock']>;

/** An operation that names no model, with the caller's own key. */
export async function ownOperation(call: Call, name: RuntimeOperationName): Promise<HttpResponse> {
  const operation: RuntimeOperation = runtimeOperations[name];
  const { caller, credential } = payer(call);
  if (caller.models !== undefined) throw limited();
  const region = callRegion(caller, { model: labelOf(call, operation) }, call.services.config.bedrockRegions);
  const body = operation.method === 'GET' ? undefined : readBytes(call.request);
  if (body !== undefined) checkNumbers(body);
  return passed(call, { name, caller, credential, region, ...(body !== undefined && { body }) });
}

/** StartAsyncInvoke: its model is in the body, and may be a name of the catalog. */
export async function startAsyncInvoke(call: Call): Promise<HttpResponse> {
  const caller = call.caller();
  if (caller.refusal) throw caller.refusal;
  const { text, value } = readJson(call.request, { blob: true });
  const { modelId } = value;
  if (typeof modelId !== 'string') throw noModel();
  checkNumbers(text);
  const { catalog, config, known, backend } = call.services;
  permit(caller, modelId, keyFor(modelId, catalog));
  const resolved = resolve(modelId, catalog, known);
  // Before the question of who pays: no key makes a model of another server startable.
  if (backend(resolved.targets[0].backend).invoke === undefined) throw notOnBedrock();
  const { credential } = payer(call);
  const [{ target, region }] = authorise(caller, resolved, {
    regions: config.bedrockRegions,
    paidWith: (each) => factsOf(each, known).paidWith,
  });
  if (backend(target.backend).invoke === undefined) throw notOnBedrock();
  call.entry.model = loggedName(modelId, catalog);
  // Written in every place where the field is there twice: what was permitted is what is started.
  const body = settleField(text, { field: 'modelId', value: target.model });
  return passed(call, { name: 'StartAsyncInvoke', caller, credential, region, body });
}

/** Bedrock takes no API key for it, and neither API in front of the gateway carries HTTP/2 streams to a function. */
export function bidirectionalStream(): never {
  throw new ApiError(
    'InvokeModelWithBidirectionalStream takes no API key, so it is not served here: call Bedrock itself, with AWS credentials.',
    { status: 404, code: 'unsupported_endpoint' },
  );
}

/** Who pays: the caller alone. Throws the ApiError 401 or 403 that says why they do not. */
function payer(call: Call): { readonly caller: Caller; readonly credential: Bearer } {
  const caller = call.caller();
  if (caller.refusal) throw caller.refusal;
  if (caller.bedrock === undefined) throw notPaid();
  return { caller, credential: caller.bedrock };
}

/** The value of the operation's label that may be an ARN. */
function labelOf(call: Call, { path, arn }: RuntimeOperation): string {
  for (const [, name = ''] of path.matchAll(/:(\w+)/g)) {
    pathId(call, name);
  }
  return arn === undefined ? '' : call.param(arn);
}

interface Passing {
  readonly name: RuntimeOperationName;
  readonly caller: Caller;
  readonly credential: Bearer;
  readonly region: string;
  readonly body?: string | Uint8Array;
}

/** Asks once: to try a failed operation again is for AWS's clients, which know whether it is the same one. */
async function passed(call: Call, { name, caller, credential, region, body }: Passing): Promise<HttpResponse> {
  const { request, invocation, services, entry } = call;
  const life = lifetime(request, invocation.answerBy, services.now);
  const shown = `bedrock (${name})`;
  const operating = {
    name,
    label: call.param,
    query: request.query,
    ...(body !== undefined && { body }),
  };
  const onCredentialAccepted = () => services.proofs.note(caller.cacheKey);
  const context = { credential, region, signal: life.signal, model: '', onCredentialAccepted };
  const passthrough = () => services.control.operate(operating, context);
  Object.assign(entry, { stream: false, target: shown, attempts: 1 });
  try {
    const outcome = await pipedWay({ call, front: awsFront, passthrough, body: '', context, shown }).answer();
    if (outcome.ok && 'bytes' in outcome.value) {
      return {
        status: 200,
        headers: { ...outcome.value.headers, 'x-gateway-target': shown },
        body: outcome.value.bytes,
      };
    }
    if (outcome.ok) throw new Error('an answer that passed is bytes');
    entry.error = outcome.failure.name;
    const { status, headers, body: said } = awsFront.failure(outcome.failure);
    return json(said, { status, headers });
  } finally {
    life.end();
  }
}

function limited(): ApiError {
  return new ApiError(
    'This API key may use certain models only (bedrock-gateway:callers in the config of the stack), and this operation is about none of them.',
    { status: 403, code: 'model_not_allowed' },
  );
}

function notPaid(): ApiError {
  return new ApiError(
    'This operation is for callers with an Amazon Bedrock API key of their own: the stack does not pay for it.',
    { status: 403, code: 'not_allowed_at_this_cost' },
  );
}

function noModel(): ApiError {
  return new ApiError("The field 'modelId' must name a model.", {
    status: 400,
    code: 'invalid_type',
    param: 'modelId',
  });
}

function notOnBedrock(): ApiError {
  return new ApiError('This model is not on Bedrock, so it cannot be invoked asynchronously.', {
    status: 400,
    code: 'unsupported_model',
    param: 'modelId',
  });
}
