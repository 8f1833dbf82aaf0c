import { randomUUID } from 'node:crypto';
import { readBody, startServer, writeRefusal, type RunningServer, type Where, type Wire } from '../answer/server.ts';
import type { Iam } from '../iam/verify.ts';
import { demoEndpoints, endpointOf, type Endpoint } from './endpoints.ts';
import { authenticate, authorize, checkParameters, MAX_BODY_BYTES, tooLarge, type Operation } from './front-door.ts';
import { Invocations } from './invocations.ts';
import { SageMakerError } from './sagemaker-error.ts';

export interface SageMakerOptions extends Where {
  /** Who may sign requests, and what they may invoke. */
  readonly iam: Iam;
  readonly region: string;
  readonly endpoints?: readonly Endpoint[];
}

const PATH = /^\/endpoints\/([^/]*)\/(invocations|invocations-response-stream)$/;
const OPERATIONS: Readonly<Record<string, Operation>> = {
  invocations: 'InvokeEndpoint',
  'invocations-response-stream': 'InvokeEndpointWithResponseStream',
};

/**
 * SageMaker's runtime on the loopback interface: InvokeEndpoint and InvokeEndpointWithResponseStream of endpoints whose
 * containers are vLLM and LMI. What replies say depends on the request alone; `faults.ts` is the table of what can go wrong.
 */
export async function startSageMakerSimulator(options: SageMakerOptions): Promise<RunningServer> {
  const { endpoints = demoEndpoints, ...guard } = options;
  const invocations = new Invocations(options.region);
  return await startServer((wire) => serve(wire, { endpoints, guard, invocations }), options);
}

interface Serving {
  readonly endpoints: readonly Endpoint[];
  readonly guard: { readonly iam: Iam; readonly region: string };
  readonly invocations: Invocations;
}

async function serve(wire: Wire, { endpoints, guard, invocations }: Serving): Promise<void> {
  const { incoming, response } = wire;
  response.setHeader('x-amzn-requestid', randomUUID());
  try {
    const body = await readBody(incoming, { bytes: MAX_BODY_BYTES, refuse: tooLarge });
    const { method = '', url = '', headers } = incoming;
    const arrival = { method, url, headers, body };
    const roleArn = await authenticate(arrival, guard);
    const [, segment = '', kind = ''] = PATH.exec(url.split('?')[0] ?? '') ?? [];
    const operation = method === 'POST' ? OPERATIONS[kind] : undefined;
    if (operation === undefined)
      throw new SageMakerError('UnknownOperationException', 'The requested operation is not known.');
    const name = decodeURIComponent(segment);
    checkParameters(operation, name, arrival);
    const component = headers['x-amzn-sagemaker-inference-component']?.toString();
    authorize(roleArn, `endpoint/${name}`, guard);
    if (component !== undefined) authorize(roleArn, `inference-component/${component}`, guard);
    const endpoint = endpointOf(endpoints, { name, component });
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
