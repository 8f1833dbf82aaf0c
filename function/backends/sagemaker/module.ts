import { deferredSurface, once } from '../deferred.ts';
import type { BackendModule } from '../module.ts';

/** The pattern of EndpointName and InferenceComponentName of SageMaker's InvokeEndpoint. */
const name = /^(?=.{1,63}$)[A-Za-z0-9](-*[A-Za-z0-9])*$/;

/** Endpoints of Amazon SageMaker whose containers speak OpenAI's formats. */
export const sagemaker: BackendModule = {
  isModel(text) {
    const names = text.split('/');
    return names.length <= 2 && names.every((each) => name.test(each));
  },
  modelIs:
    'the name of an endpoint, and behind a slash that of its inference component where it has any: each 1 to 63 letters, digits and hyphens',
  paidWith: 'stack',
  takesTemplates: true,
  create({ transport, signer, endpoints, region }) {
    const made = once(async () => {
      const { createSageMaker } = await import('./sagemaker.ts');
      return createSageMaker({ region, transport, signer, endpoint: endpoints.sagemaker });
    });
    return {
      messageLimits: { shortIds: true },
      chat: deferredSurface(async () => (await made()).chat),
      completions: deferredSurface(async () => (await made()).completions),
    };
  },
};
