import type { BackendModule } from '../module.ts';

/** A model or inference profile id as Converse takes it, versions such as `-v1:0` included. */
const id = /^(?!arn:)[A-Za-z0-9][A-Za-z0-9._-]*(:[A-Za-z0-9._-]+)*$/;
/** ARNs of inference profiles, foundation, provisioned, imported and custom models, prompts and routers. */
const arn = /^arn:aws[a-z-]*:(?:bedrock|sagemaker):[a-z0-9-]+:(?:\d{12})?:[a-z-]+\/[A-Za-z0-9._:/-]+$/;
/** The service model's limit, in characters. */
const maxModelIdLength = 2048;

/** Whether a text is a model or inference profile id, which every surface of Bedrock accepts. */
export function isModelId(text: string): boolean {
  return text.length <= maxModelIdLength && id.test(text);
}

/** Amazon Bedrock by Converse and InvokeModel. */
export const bedrock: BackendModule = {
  isModel: (text) => isModelId(text) || (text.length <= maxModelIdLength && arn.test(text)),
  modelIs: 'a model id, an inference profile id or an ARN',
  paidWith: 'bedrock-key',
  // The Bedrock client also serves the control plane, so it exists before the backends.
  create: ({ bedrock: made, mantle }) => (mantle === undefined ? made : { ...made, mantle }),
};
