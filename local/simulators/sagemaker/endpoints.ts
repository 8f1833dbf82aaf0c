import { accountId } from '../../account.ts';
import { SageMakerError } from './sagemaker-error.ts';

/** A container of the simulated account that serves one model: a real-time endpoint, or one of its inference components. */
export interface Endpoint {
  readonly name: string;
  /** The inference component; absent where the endpoint is a single model. */
  readonly component?: string;
  /** What the container calls its model: a request may name it, and no other. */
  readonly served: string;
  /** Plain vLLM streams server-sent events; LMI strips them to lines of JSON, without an end. */
  readonly stream: 'events' | 'lines';
  /** A base model has none: it completes prompts, and takes no messages. */
  readonly chatTemplate: boolean;
  readonly contextTokens: number;
}

/** An instruction model behind plain vLLM. */
const vllmEndpoint: Endpoint = {
  name: 'demo-vllm',
  served: 'demo-instruct',
  stream: 'events',
  chatTemplate: true,
  contextTokens: 32_768,
};

/** An instruction model behind LMI. */
const lmiEndpoint: Endpoint = { ...vllmEndpoint, name: 'demo-lmi', stream: 'lines' };

/** A base model. */
const baseEndpoint: Endpoint = { ...vllmEndpoint, name: 'demo-base', served: 'demo-base-model', chatTemplate: false };

/** The instruction model and the base model, as inference components of one endpoint. */
const sharedEndpoint: readonly Endpoint[] = [
  { ...vllmEndpoint, name: 'demo-shared', component: 'demo-instruct' },
  { ...baseEndpoint, name: 'demo-shared', component: 'demo-base' },
];

/** Every container of the simulated account. */
const endpoints: readonly Endpoint[] = [vllmEndpoint, lmiEndpoint, baseEndpoint, ...sharedEndpoint];

/** What was asked for: an endpoint, and the inference component that the request's header names. */
interface EndpointName {
  readonly name: string;
  readonly component: string | undefined;
}

/**
 * Finds a container; refuses an endpoint or a component that is not there, and a component that is not named. Throws a
 * SageMakerError.
 */
export function endpointOf({ name, component }: EndpointName): Endpoint {
  const here = endpoints.filter((candidate) => same(candidate.name, name));
  if (here.length === 0)
    throw new SageMakerError('ValidationError', `Endpoint ${name} of account ${accountId} not found.`);
  if (component === undefined && here.every((candidate) => candidate.component !== undefined))
    throw new SageMakerError(
      'ValidationError',
      'Inference Component Name header is required for endpoints to which you plan to deploy inference components. Please include Inference Component Name header or consider using SageMaker models.',
      { ErrorCode: 'INFERENCE_COMPONENT_NAME_MISSING' },
    );
  const found = here.find((candidate) => same(candidate.component, component));
  if (found !== undefined) return found;
  throw new SageMakerError('ValidationError', `Inference Component ${component} of account ${accountId} not found.`);
}

function same(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}
