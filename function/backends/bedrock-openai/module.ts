import { isModelId } from '../bedrock/module.ts';
import type { BackendModule } from '../module.ts';
import { createBedrockOpenAi } from './bedrock-openai.ts';

const profileArn = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:(application-)?inference-profile\/[A-Za-z0-9._:-]+$/;

/** Bedrock's own Chat Completions, for OpenAI's and open-weight models. */
export const bedrockOpenAi: BackendModule = {
  isModel: (text) => isModelId(text) || profileArn.test(text),
  modelIs: 'a model id, an inference profile id or the ARN of an inference profile',
  paidWith: 'bedrock-key',
  create: ({ bedrock, transport, signer, guardrail, endpoints }) =>
    createBedrockOpenAi({ bedrock, transport, signer, guardrail, endpoint: endpoints.runtime }),
};
