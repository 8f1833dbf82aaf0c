import { closeClients, context, gateway } from './clients.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';

test.each([
  ['/foundation-models', '', '/foundation-models'],
  [
    '/foundation-models',
    '?byProvider=Amazon&byOutputModality=TEXT',
    '/foundation-models?byProvider=Amazon&byOutputModality=TEXT',
  ],
  [
    '/foundation-models',
    'byInferenceType=d&byOutputModality=c&byCustomizationType=b&byProvider=a&maxResults=5',
    '/foundation-models?byProvider=a&byCustomizationType=b&byOutputModality=c&byInferenceType=d',
  ],
  ['/inference-profiles', 'byProvider=a', '/inference-profiles'],
  ['/foundation-models', 'X-Amz-Signature=abc&byProvider=a+b%26c', '/foundation-models?byProvider=a%20b%26c'],
  [
    '/inference-profiles',
    'maxResults=5&nextToken=a%2Fb%3D%2B&type=APPLICATION',
    '/inference-profiles?maxResults=5&nextToken=a%2Fb%3D%2B&type=APPLICATION',
  ],
  [`/inference-profiles/${arn}`, 'maxResults=5', `/inference-profiles/${encodeURIComponent(arn)}`],
  ['/foundation-models/amazon.nova-lite-v1:0', '', '/foundation-models/amazon.nova-lite-v1%3A0'],
] as const)('%s with "%s" asks for %s', async (path, query, asked) => {
  const said = { modelSummaries: [{ anything: 1 }], strange: true };
  const server = await loopback((response) => json(response, 200, said));
  await expect(gateway(server.url).listing(path, query, context())).resolves.toEqual({ ok: true, value: said });
  expect(server.arrived[0]).toMatchObject({ method: 'GET', path: asked, body: '' });
});

test('an error is a failure', async () => {
  const server = await loopback((response) => {
    response.setHeader('x-amzn-errortype', 'ResourceNotFoundException');
    json(response, 404, { message: 'no' });
  });
  const outcome = await gateway(server.url).listing('/inference-profiles/x', '', context());
  expect(outcome).toMatchObject({ ok: false, failure: { name: 'ResourceNotFoundException', status: 404 } });
});
