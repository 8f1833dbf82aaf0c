import { randomUUID } from 'node:crypto';
import { readBody, startServer, writeRefusal, type Wire } from '../common/server.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { endpointOf } from './endpoints.ts';
import { authenticate, authorize, checkParameters, maxBodyBytes, tooLarge, type Operation } from './front-door.ts';
import { Invocations } from './invocations.ts';
import { SageMakerError } from './sagemaker-error.ts';

type Context = Pick<SimulatorContext, 'iam' | 'region'>;

const invocationPath = /^\/endpoints\/([^/]*)\/(invocations|invocations-response-stream)$/;
const operationsByPath: Readonly<Record<string, Operation>> = {
  invocations: 'InvokeEndpoint',
  'invocations-response-stream': 'InvokeEndpointWithResponseStream',
};

/**
 * SageMaker's runtime: InvokeEndpoint and InvokeEndpointWithResponseStream of endpoints whose containers are vLLM and LMI.
 * The content of a reply depends on the request alone. `faults.ts` lists the faults that a request can ask for.
 */
export const sageMakerSimulator = {
  name: 'sagemaker',
  label: 'SageMaker',
  urlVariables: ['AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME'],
  start,
} satisfies Simulator;

function start({ iam, region, observe }: Context & Pick<SimulatorContext, 'observe'>): Promise<RunningSimulator> {
  const invocations = new Invocations(region);
  return startServer((wire) => serve(wire, { guard: { iam, region }, invocations }), observe);
}

interface Serving {
  readonly guard: Context;
  readonly invocations: Invocations;
}

async function serve(wire: Wire, { guard, invocations }: Serving): Promise<void> {
  const { incoming, response } = wire;
  response.setHeader('x-amzn-requestid', randomUUID());
  try {
    const body = await readBody(incoming, { bytes: maxBodyBytes, refuse: tooLarge });
    const { method = '', url = '', headers } = incoming;
    const arrival = { method, url, headers, body };
    const caller = await authenticate(arrival, guard);
    const [, segment = '', kind = ''] = invocationPath.exec(url.split('?')[0] ?? '') ?? [];
    const operation = method === 'POST' ? operationsByPath[kind] : undefined;
    if (operation === undefined)
      throw new SageMakerError('UnknownOperationException', 'The requested operation is not known.');
    const name = decodeURIComponent(segment);
    checkParameters(operation, name, arrival);
    const component = headers['x-amzn-sagemaker-inference-component']?.toString();
    authorize(caller, `endpoint/${name}`, guard);
    if (component !== undefined) authorize(caller, `inference-component/${component}`, guard);
    const endpoint = endpointOf({ name, component });
    await invocations[operation]({ response, endpoint, body, contentType: headers['content-type'] ?? '' });
  } catch (error) {
    writeRefusal(wire, refusalOf(error));
  }
}

/** Anything else that was thrown is an error of the simulator itself. */
function refusalOf(error: unknown): SageMakerError {
  if (error instanceof SageMakerError) return error;
  return new SageMakerError('InternalFailure', `The simulator failed: ${String(error)}`);
}
