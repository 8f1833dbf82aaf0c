import type { BackendModule } from '../module.ts';

/** A model or inference profile id as Converse takes it, versions such as `-v1:0` included. */
const id = /^(?!arn:)[A-Za-z0-9][A-Za-z0-9._-]*(:[A-Za-z0-9._-]+)*$/;
/** Inference profiles, foundation, provisioned, imported and custom models, prompts and routers: all are called by ARN. */
const arn = /^arn:aws[a-z-]*:(?:bedrock|sagemaker):[a-z0-9-]+:(?:\d{12})?:[a-z-]+\/[A-Za-z0-9._:/-]+$/;
/** The service model's own limit. */
const maxModelIdLength = 2048;

/** A model or inference profile id: what every surface of Bedrock takes. */
export function isModelId(text: string): boolean {
  return text.length <= maxModelIdLength && id.test(text);
}

/** Amazon Bedrock by Converse and InvokeModel. */
export const bedrock: BackendModule = {
  isModel: (text) => isModelId(text) || (text.length <= maxModelIdLength && arn.test(text)),
  modelIs: 'a model id, an inference profile id or an ARN',
  paidWith: 'bedrock-key',
  // It is more than a backend: its control plane tells what models there are, so it is made before.
  create: ({ bedrock: made }) => made,
};
