import type { BackendModule } from '../module.ts';
import { createSageMaker } from './sagemaker.ts';

/** EndpointName of SageMaker's InvokeEndpoint. */
const endpointName = /^(?=.{1,63}$)[A-Za-z0-9](-*[A-Za-z0-9])*$/;

/** Endpoints of Amazon SageMaker whose containers speak OpenAI's formats. */
export const sagemaker: BackendModule = {
  isModel: (text) => endpointName.test(text),
  modelIs: 'the name of an endpoint: 1 to 63 letters, digits and hyphens',
  paidWith: 'stack',
  takesTemplates: true,
  create: ({ transport, signer, endpoints, region }) =>
    createSageMaker({ region, transport, signer, endpoint: endpoints.sagemaker }),
};
