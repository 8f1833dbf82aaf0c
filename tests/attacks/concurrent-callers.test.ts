import type { Catalog } from '../../function/catalog/catalog.ts';
import { isSignedBy, readSignature } from '../../local/iam/signature.ts';
import { spending } from '../backends/stack/sts.ts';
import { bedrockKey } from '../support/app.ts';
import {
  chat,
  chatStream,
  claude,
  completions,
  converseCall,
  converseStream,
  embeddings,
  gateway,
  gptOss,
  invoke,
  listed,
  post,
  stackKey,
  startUpstreams,
  titan,
  tokenOf,
  type Arrived,
  type Operation,
  type Upstreams,
} from './upstreams.ts';

const many = Array.from({ length: 50 }, (_, index) => index);

/** Every fifth is somebody whom the stack knows, and among them every other one has a key of their own as well. */
const callers = many.map((index) => {
  const own = bedrockKey(`caller-${index}`);
  const isListed = index % 5 === 0;
  const ownKey = !isListed || index % 2 === 0;
  return { id: `caller-${index}`, isListed, ownKey, token: ownKey ? own : tokenOf(`caller-${index}`) };
});

const catalog: Partial<Catalog> = {
  callers: callers.filter(({ isListed }) => isListed).map(({ id, token }) => listed(id, token)),
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    claude: { target: `bedrock:${claude}` },
    titan: { target: `bedrock:${titan}` },
    oss: { target: `bedrock-openai:${gptOss}` },
  },
};

const asks: readonly (readonly [Operation, string])[] = [
  [chat, 'gpt'],
  [chatStream, 'tiny'],
  [completions, 'gpt'],
  [converseCall, 'gpt'],
  [chat, 'claude'],
  [chatStream, 'claude'],
  [converseCall, 'claude'],
  [converseStream, 'claude'],
  [chat, 'oss'],
  [chatStream, 'oss'],
  [embeddings, 'titan'],
  [invoke, 'titan'],
];

let upstreams: Upstreams;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());

/** Who said it, by what the body has of them. */
function whose({ body }: Arrived): (typeof callers)[number] | undefined {
  const name = /said by (caller-\d+)!/.exec(body)?.[1];
  return callers.find(({ id }) => id === name);
}

/** The body with words that say whose it is. */
function from(operation: Operation, model: string, id: string) {
  const { path, body } = operation.request(model);
  return { path, body: JSON.stringify(body).replaceAll('"Hello"', `"said by ${id}!"`) };
}

const signed = `signed with ${spending.sessionToken}`;

function paidWith({ headers }: Arrived): string | undefined {
  const { authorization } = headers;
  const isSigned = authorization?.startsWith(`AWS4-HMAC-SHA256 Credential=${spending.accessKeyId}/`);
  return isSigned ? `signed with ${String(headers['x-amz-security-token'])}` : authorization;
}

function expected({ service }: Arrived, caller: ReturnType<typeof whose>): string {
  if (service === 'openai') return `Bearer ${stackKey}`;
  return service === 'runtime' && caller?.ownKey === true ? `Bearer ${caller.token}` : signed;
}

test('fifty concurrent callers are each billed to the right account', async () => {
  const app = gateway(upstreams, { catalog });
  const work = callers.flatMap((caller) => asks.map(([operation, model]) => ({ caller, operation, model })));
  const answers = await Promise.all(
    work.map(async ({ caller, operation, model }) => {
      const told = await post(app, from(operation, model, caller.id), { token: caller.token });
      return { caller, model, status: told.status };
    }),
  );
  for (const { caller, model, status } of answers) {
    const stacks = model === 'gpt' || model === 'tiny';
    expect([caller.id, model, status]).toEqual([caller.id, model, stacks && !caller.isListed ? 403 : 200]);
  }
  const calls = upstreams.arrived.filter(({ service }) => service !== 'sts' && service !== 'secrets');
  expect(calls).toHaveLength(answers.filter(({ status }) => status === 200).length);
  for (const call of calls) {
    const caller = whose(call);
    expect([call.service, paidWith(call)]).toEqual([call.service, expected(call, caller)]);
    // Nothing of anybody else's is anywhere in it.
    const bytes = JSON.stringify(call);
    const others = callers.filter(({ id, token }) => id !== caller?.id && bytes.includes(token));
    expect(others).toEqual([]);
  }
  expect(upstreams.arrived.filter(({ service }) => service === 'sts')).toHaveLength(1);
  expect(upstreams.arrived.filter(({ service }) => service === 'secrets')).toHaveLength(1);
});

test('each stack-paid request names its own caller', async () => {
  upstreams.arrived.length = 0;
  const app = gateway(upstreams, { catalog });
  const paid = callers.filter(({ isListed, ownKey }) => isListed && !ownKey);
  await Promise.all(
    paid.flatMap(({ id, token }) =>
      [chat, converseCall, converseStream].map((operation) => post(app, from(operation, 'claude', id), { token })),
    ),
  );
  const named = upstreams.arrived
    .filter(({ service }) => service === 'runtime')
    .map((call) => [whose(call)?.id, JSON.parse(call.body).requestMetadata]);
  expect(named).toHaveLength(paid.length * 3);
  for (const [id, metadata] of named) expect(metadata).toEqual({ 'gateway-caller': id });
});

test('each signature covers its own request, and no other one', async () => {
  const calls = upstreams.arrived.filter(({ headers }) => headers['x-amz-security-token'] === spending.sessionToken);
  expect(calls.length).toBeGreaterThan(5);
  for (const [at, call] of calls.entries()) {
    const other = calls.find(({ body }) => body !== call.body);
    expect([at, await isSignedWith(call, call.body)]).toEqual([at, true]);
    expect([at, await isSignedWith(call, other?.body ?? '')]).toEqual([at, false]);
  }
});

function isSignedWith({ service, method, path, headers }: Arrived, body: string): Promise<boolean> {
  const request = { method, url: `/${service}${path}`, headers, body: Buffer.from(body) };
  return isSignedBy(request, readSignature(request), spending);
}
