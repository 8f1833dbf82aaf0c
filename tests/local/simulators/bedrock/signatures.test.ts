import { BedrockClient, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { bedrockSimulator } from '../../../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../../../local/simulators/simulator.ts';
import { createIam, type Iam } from '../../../../local/iam/verify.ts';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { apiKey, user } from './clients.ts';

const novaLite = 'amazon.nova-lite-v1:0';
const roleArn = 'arn:aws:iam::123456789012:role/spending';
const policy = (...allowed: [action: string, resource: string][]) =>
  readPolicy(
    JSON.stringify({ Statement: allowed.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })) }),
  );

let iam: Iam;
let simulator: RunningSimulator;
beforeAll(async () => {
  const policies = [
    policy(
      ['bedrock:InvokeModel', `arn:aws:bedrock:*::foundation-model/${novaLite}`],
      ['bedrock:InvokeModel', 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0'],
      ['bedrock:ListFoundationModels', '*'],
    ),
  ];
  iam = createIam({ roles: [{ arn: roleArn, trust: policy(), policies }] });
  simulator = await bedrockSimulator.start({ keys: () => [apiKey], region: 'us-east-1', iam });
});
afterAll(async () => await simulator.close());

function clients(credentials = iam.issue(roleArn), region = 'us-east-1') {
  const config = {
    region,
    endpoint: simulator.url,
    credentials,
    authSchemePreference: ['aws.auth#sigv4'],
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  };
  return { runtime: new BedrockRuntimeClient(config), control: new BedrockClient(config) };
}

const asked = (modelId: string) => ({ modelId, messages: [{ role: 'user' as const, content: user('Hello').content }] });
const converse = async (modelId: string, from = clients()) =>
  await from.runtime.send(new ConverseCommand(asked(modelId) as unknown as ConverseCommand['input']));

test('a role may call what its policy allows', async () => {
  expect((await converse(novaLite)).stopReason).toBe('end_turn');
  const { modelSummaries } = await clients().control.send(new ListFoundationModelsCommand({}));
  expect(modelSummaries?.length).toBeGreaterThan(10);
});

test('a role is denied what its policy does not allow', async () => {
  const denied = { name: 'AccessDeniedException', $metadata: expect.objectContaining({ httpStatusCode: 403 }) };
  await expect(converse('amazon.nova-micro-v1:0')).rejects.toMatchObject(denied);
  await expect(converse('us.amazon.nova-pro-v1:0')).rejects.toMatchObject({
    ...denied,
    message: expect.stringContaining('foundation-model/amazon.nova-pro-v1:0'),
  });
  const stream = new ConverseStreamCommand(asked(novaLite) as unknown as ConverseCommand['input']);
  await expect(clients().runtime.send(stream)).rejects.toMatchObject(denied);
});

test('a signature of unknown credentials, with a wrong secret or for another region is refused', async () => {
  const stranger = createIam().issue(roleArn);
  await expect(converse(novaLite, clients(stranger))).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  const forged = { ...iam.issue(roleArn), secretAccessKey: 'x'.repeat(40) };
  await expect(converse(novaLite, clients(forged))).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  await expect(converse(novaLite, clients(undefined, 'eu-west-1'))).rejects.toMatchObject({
    name: 'InvalidSignatureException',
  });
});

test('an API key works as well', async () => {
  const response = await fetch(`${simulator.url}/model/${novaLite}/converse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ messages: [user('Hello')] }),
  });
  expect(response.status).toBe(200);
});
