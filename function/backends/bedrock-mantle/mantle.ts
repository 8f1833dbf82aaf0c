import type { Outcome } from '../../dialects/outcome.ts';
import type { CallContext, Mantle, PassedObject } from '../backend.ts';
import { deferredSurface, once } from '../deferred.ts';
import type { BedrockMantle, BedrockMantleOptions } from './bedrock-mantle.ts';

/** Bedrock's endpoint bedrock-mantle, whose code is loaded by the first call. */
export function deferredMantle(options: BedrockMantleOptions): Mantle {
  const made = once(async (): Promise<BedrockMantle> => {
    const { createBedrockMantle } = await import('./bedrock-mantle.ts');
    return createBedrockMantle(options);
  });
  return {
    responses: (base) => deferredSurface(async () => (await made()).responses(base)),
    countTokens: async (request: PassedObject, context: CallContext): Promise<Outcome<PassedObject>> =>
      (await made()).countTokens(request, context),
    listModels: async (context) => (await made()).listModels(context),
  };
}
