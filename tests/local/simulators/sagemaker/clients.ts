import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { createIam, type Iam } from '../../../../local/iam/verify.ts';
import { sageMakerSimulator } from '../../../../local/simulators/sagemaker/simulator.ts';

export const roleArn = 'arn:aws:iam::123456789012:role/spending';

const policy = (...resources: string[]) =>
  readPolicy(
    JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sagemaker:InvokeEndpoint', Resource: resources } }),
  );

export interface Streamed {
  readonly contentType: string | undefined;
  readonly parts: Buffer[];
  readonly text: string;
}

export interface Clients {
  readonly iam: Iam;
  readonly client: (credentials?: ReturnType<Iam['issue']>) => SageMakerRuntimeClient;
  readonly invoke: (endpoint: string, body: unknown) => Promise<{ contentType: string | undefined; text: string }>;
  readonly json: (endpoint: string, body: unknown) => Promise<Reply>;
  readonly stream: (endpoint: string, body: object) => Promise<Streamed>;
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Choice {
  index: number;
  text?: string;
  message?: Record<string, unknown>;
  delta?: Record<string, unknown>;
  finish_reason: string | null;
}

/** What the tests read of a container's JSON. */
export interface Reply {
  model: string;
  choices: Choice[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null;
  [name: string]: unknown;
}

/** The simulator with AWS's own client pointed at it, and nobody retrying. */
export async function start(): Promise<Clients> {
  const arn = 'arn:aws:sagemaker:us-east-1:123456789012:endpoint';
  const components = 'arn:aws:sagemaker:us-east-1:123456789012:inference-component';
  const policies = [policy(`${arn}/demo-*`, `${arn}/nobody`, `${components}/demo-*`)];
  const iam = createIam({ roles: [{ arn: roleArn, trust: policy(), policies }] });
  const simulator = await sageMakerSimulator.start({ iam, region: 'us-east-1' });
  const client: Clients['client'] = (credentials = iam.issue(roleArn)) =>
    new SageMakerRuntimeClient({
      region: 'us-east-1',
      endpoint: simulator.url,
      credentials,
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(),
    });
  const sdk = client();
  const input = (endpoint: string, body: unknown) => ({
    EndpointName: endpoint,
    ContentType: 'application/json',
    Body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const invoke: Clients['invoke'] = async (endpoint, body) => {
    const { Body, ContentType } = await sdk.send(new InvokeEndpointCommand(input(endpoint, body)));
    return { contentType: ContentType, text: Buffer.from(Body).toString() };
  };
  const stream: Clients['stream'] = async (endpoint, body) => {
    const command = new InvokeEndpointWithResponseStreamCommand(input(endpoint, { stream: true, ...body }));
    const { Body, ContentType } = await sdk.send(command);
    const parts: Buffer[] = [];
    for await (const { PayloadPart } of Body ?? []) parts.push(Buffer.from(PayloadPart?.Bytes ?? []));
    return { contentType: ContentType, parts, text: Buffer.concat(parts).toString() };
  };
  const json: Clients['json'] = async (endpoint, body) => JSON.parse((await invoke(endpoint, body)).text) as Reply;
  return { iam, client, invoke, json, stream, url: simulator.url, close: () => simulator.close() };
}

export const messages = [{ role: 'user', content: 'Tell me about lighthouses, please' }];

/** The JSON of a stream's lines, events or not. */
export function chunksOf(text: string): Reply[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^data: /, ''))
    .filter((line) => line !== '' && line !== '[DONE]')
    .map((line) => JSON.parse(line) as Reply);
}

/** ModelError with the container's own status and message. */
export function refusedByContainer(status: number, message: RegExp): object {
  return {
    name: 'ModelError',
    $metadata: expect.objectContaining({ httpStatusCode: 424 }),
    OriginalStatusCode: status,
    OriginalMessage: expect.stringMatching(message),
    LogStreamArn: expect.stringMatching(/^arn:aws:logs:us-east-1:123456789012:/),
  };
}
