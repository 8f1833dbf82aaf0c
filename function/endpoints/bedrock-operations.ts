import type { Caller } from '../auth/caller.ts';
import { callRegion } from '../auth/region.ts';
import { runtimeOperations, type RuntimeOperation, type RuntimeOperationName } from '../backends/bedrock/operations.ts';
import { ApiError } from '../errors.ts';
import type { HttpResponse } from '../http-values.ts';
import { checkNumbers, readBytes, readJson } from '../http/body.ts';
import { json } from '../http/json.ts';
import { awsClient } from '../pipeline/aws-client.ts';
import { checkAddresses } from '../pipeline/bucket-traces.ts';
import { startDeadline } from '../pipeline/deadline.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { collect, passthroughHeaders } from '../pipeline/passthrough.ts';
import { pathId } from '../pipeline/path-id.ts';
import { admittedTargets, permittedName } from '../pipeline/permitted.ts';
import { loggedName } from '../pipeline/target-label.ts';
import type { RequestContext } from '../request-context.ts';
import { settleField } from '../translate/openai/rename-model.ts';

/** An operation that names no model, with the caller's own key. */
export function callerOperation(name: RuntimeOperationName): Handler {
  const operation: RuntimeOperation = runtimeOperations[name];
  return {
    run(context) {
      const { caller, services, request } = context;
      const credential = ownCredential(caller);
      if (caller.models !== undefined || caller.rules?.project?.models?.mode === 'allow_list') throw limited();
      const region = callRegion(caller, { model: labelOf(context, operation) }, services.config.bedrockRegions);
      const body = operation.method === 'GET' ? undefined : readBytes(request);
      if (body !== undefined) checkNumbers(body);
      return operate(context, { name, credential, region, ...(body !== undefined && { body }) });
    },
  };
}

/** StartAsyncInvoke: its model is in the body, and may be a name of the catalog. */
export const startAsyncInvoke: Handler = {
  async run(context) {
    const { caller, services, request, entry } = context;
    const { text, value } = readJson(request, { blob: true });
    const { modelId } = value;
    if (typeof modelId !== 'string') throw noModel();
    checkNumbers(text);
    const { backend } = services;
    const permitted = permittedName(modelId, context);
    // Before the question of who pays: no key makes a model of another server startable.
    if (backend(permitted.targets[0].backend).invoke === undefined) throw notOnBedrock();
    const credential = ownCredential(caller);
    const [{ target, region }] = await admittedTargets(permitted, context);
    if (backend(target.backend).invoke === undefined) throw notOnBedrock();
    entry.model = loggedName(modelId, permitted.key);
    // Written in every place where the field is there twice: what was permitted is what is started.
    const body = settleField(text, { field: 'modelId', value: target.model });
    return operate(context, { name: 'StartAsyncInvoke', credential, region, body });
  },
};

/**
 * Refuses InvokeModelWithBidirectionalStream: Bedrock takes no API key for it, and neither API in front of the gateway carries
 * HTTP/2 streams to a function. Throws an ApiError 404.
 */
export function bidirectionalStream(): never {
  throw new ApiError(
    'InvokeModelWithBidirectionalStream takes no API key, so it is not served here: call Bedrock itself, with AWS credentials.',
    { status: 404, code: 'unsupported_endpoint' },
  );
}

type OwnCredential = NonNullable<Caller['bedrock']>;

/** The caller's own key, which alone pays for these operations. Throws an ApiError 403 where there is none. */
function ownCredential({ bedrock }: Caller): OwnCredential {
  if (bedrock === undefined) throw notPaid();
  return bedrock;
}

/** The value of the operation's label that may be an ARN. Throws an ApiError 400 for a label that has not the form of an id. */
function labelOf(context: RequestContext, { path, arn }: RuntimeOperation): string {
  for (const [, name = ''] of path.matchAll(/:(\w+)/g)) {
    pathId(context, name);
  }
  return arn === undefined ? '' : context.param(arn);
}

interface OperationCall {
  readonly name: RuntimeOperationName;
  readonly credential: OwnCredential;
  readonly region: string;
  readonly body?: string | Uint8Array;
}

/** Asks once: to try a failed operation again is for AWS's clients, which know whether it is the same one. */
async function operate(
  { request, invocation, services, entry, caller, param }: RequestContext,
  { name, credential, region, body }: OperationCall,
): Promise<HttpResponse> {
  await checkAddresses({ request, services }, { stackPays: false });
  const label = `bedrock (${name})`;
  Object.assign(entry, { stream: false, target: label, backend: 'bedrock', attempts: 1 });
  const deadline = startDeadline({ hangUp: request.signal, until: invocation.answerBy, now: services.now });
  try {
    const answer = await services.bedrock.operate(
      { name, label: param, query: request.query, ...(body !== undefined && { body }) },
      {
        credential,
        region,
        signal: deadline.signal,
        onCredentialAccepted: () => services.proofs.note(caller.cacheKey),
      },
    );
    const outcome = answer.ok ? await collect(answer.value.body) : answer;
    if (answer.ok && outcome.ok) {
      const headers = { ...passthroughHeaders(answer.value), 'x-gateway-target': label };
      return { status: 200, headers, body: outcome.value };
    }
    if (outcome.ok) throw new Error('an operation that failed has no bytes');
    entry.error = outcome.failure.name;
    const { status, headers, body: error } = awsClient.failure(outcome.failure);
    return json(error, { status, headers });
  } finally {
    deadline.end();
  }
}

function limited(): ApiError {
  return new ApiError(
    "This API key may use certain models only (by the model permissions of the key's project, or by the config of the stack), and this " +
      'operation is about none of them.',
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
