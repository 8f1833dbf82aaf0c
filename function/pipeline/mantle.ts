import type { Authorised } from '../auth/authorise.ts';
import type { Target } from '../catalog/catalog.ts';
import { ApiError } from '../errors.ts';
import type { ModelEndpoint, ModelRequest } from './route.ts';

/**
 * Throws the ApiError that says why a model which bedrock-mantle alone has cannot be asked: 404 where the stack does not use that endpoint, 400 for
 * an API that the model does not have there, 403 where the stack would have to pay.
 */
export function checkMantle<Body>(
  { onlyMantle }: Pick<ModelEndpoint<Body>, 'onlyMantle'>,
  { context: { services } }: Pick<ModelRequest<Body>, 'context'>,
  { credential }: Pick<Authorised<Target>, 'credential'>,
): void {
  if (services.config.bedrockMantle !== true) throw notUsed();
  if (onlyMantle === 'refused') throw onlyResponses();
  if (credential.kind !== 'bearer') throw callersOwn();
}

function notUsed(): ApiError {
  return new ApiError(
    'This model is only on the endpoint bedrock-mantle of Amazon Bedrock, which this stack does not use. To use it with the keys of ' +
      'callers, set bedrock-gateway:bedrockMantle to true in the config of the stack.',
    { status: 404, code: 'model_not_found', param: 'model' },
  );
}

function onlyResponses(): ApiError {
  return new ApiError('This model has only the Responses API: use POST /v1/responses.', {
    status: 400,
    code: 'unsupported_model',
    param: 'model',
  });
}

function callersOwn(): ApiError {
  return new ApiError(
    "This model is only on the endpoint bedrock-mantle of Amazon Bedrock. It is called with a caller's own Amazon Bedrock API key and never at the " +
      "stack's cost, since guardrails and invocation logs do not cover it: send such a key.",
    { status: 403, code: 'bedrock_key_required', param: 'model' },
  );
}
