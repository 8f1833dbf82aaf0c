import { createHash } from 'node:crypto';
import type { Backend, PassthroughRequest } from '../../function/backends/backend.ts';
import { testApp } from '../support/app.ts';

const token = 'an-app-of-ours';
const callers = [{ id: 'app', sha256: createHash('sha256').update(token).digest('hex') }];

const unused = () => Promise.reject(new Error('only bytes pass here'));

async function* bytes(text: string) {
  yield Buffer.from(text);
}

/** Notes what it is sent. */
function noting(sent: PassthroughRequest[]): Backend {
  const passthrough = (request: PassthroughRequest) => {
    sent.push(request);
    const value = { contentType: 'application/json', headers: {}, body: bytes('{}') };
    return Promise.resolve({ ok: true, value } as const);
  };
  return { converse: { call: unused, open: unused, passthrough } };
}

test('of a Converse request that the stack pays, what is not known is not sent, and named', async () => {
  const sent: PassthroughRequest[] = [];
  const app = testApp({
    backends: { bedrock: noting(sent) },
    catalog: { callers, models: { nova: { target: 'bedrock:us.amazon.nova-pro-v1:0' } } },
  });
  const messages = [{ role: 'user', content: [{ text: 'Hi' }] }];
  const response = await app.open('/model/nova/converse', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages, payForMe: true, 'no name\n': 1 }),
  });
  expect([response.status, response.headers.get('x-gateway-ignored')]).toEqual([200, 'payForMe']);
  expect(sent.map(({ body }) => JSON.parse(String(body)))).toEqual([
    { messages, requestMetadata: { 'gateway-caller': 'app' } },
  ]);
});
