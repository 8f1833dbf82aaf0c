import { isModelId } from '../bedrock/module.ts';
import { deferredPassthroughSurface, deferredSurface, once } from '../deferred.ts';
import type { BackendModule } from '../module.ts';
import { bedrockMessageLimits } from '../openai/message-limits.ts';

const profileArn = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:(application-)?inference-profile\/[A-Za-z0-9._:-]+$/;

/** Bedrock's own Chat Completions and Responses, for OpenAI's and open-weight models. */
export const bedrockOpenAi: BackendModule = {
  isModel: (text) => isModelId(text) || profileArn.test(text),
  modelIs: 'a model id, an inference profile id or the ARN of an inference profile',
  paidWith: 'bedrock-key',
  create({ bedrock, transport, signer, guardrail, endpoints, mantle }) {
    const made = once(async () => {
      const { createBedrockOpenAi } = await import('./bedrock-openai.ts');
      return createBedrockOpenAi({ bedrock, transport, signer, guardrail, endpoint: endpoints.runtime });
    });
    return {
      messageLimits: bedrockMessageLimits,
      fetchesUrls: true,
      chat: deferredPassthroughSurface(async () => (await made()).chat),
      responses: deferredSurface(async () => (await made()).responses),
      converse: bedrock.converse,
      ...(mantle && { mantle }),
    };
  },
};
