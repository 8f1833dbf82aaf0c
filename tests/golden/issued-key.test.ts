import { bedrockKeys } from '../../function/auth/bedrock-keys.ts';
import { createProofs } from '../../function/auth/proofs.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { eventStream, gateway, json, startUpstreams, type Script, type Upstreams } from '../attacks/upstreams.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { memoryDirectory } from '../support/key-directory.ts';
import { wire } from './context.ts';
import { pairs } from './pairs.ts';
import { bytesOf } from './streams.ts';

/** The stack pays for no beta that it does not know, and the name of who asked takes the place of the last label. */
const different = new Set(['betas-filtered', 'user-labels-without-room']);
const requests = pairs('request', 'chat').filter(([name]) => !different.has(name));
const replies = pairs('reply', 'chat').filter(([, { converse }]) => !Array.isArray(converse));
// A reader of one stream is enough here: those of several choices are one call each.
const streams = pairs('stream', 'chat').filter(([, pair]) => bytesOf(pair).length === 1);

const usualModel = 'anthropic.claude-sonnet-4-6';
const hello = { messages: [{ role: 'user', content: 'Hi' }] };

/** A name of the catalog for each model that a pair is about. */
const models = new Set([...requests, ...replies, ...streams].map(([, { model = usualModel }]) => model));
const nameOf = (model = usualModel) => `name-of-${[...models].indexOf(model)}`;
const catalog: Partial<Catalog> = {
  models: Object.fromEntries(Array.from(models, (model) => [nameOf(model), { target: `bedrock:${model}` }])),
  // What callers may not set where the stack pays is for the tests of the spending policy.
  callersMaySet: ['s3Location', 'promptVariables', 'guardrailConfig', 'serviceTier', 'performanceConfig'],
};
const media = new Map(requests.flatMap(([, pair]) => Object.entries(pair.media ?? {})));

let upstreams: Upstreams;
let app: TestApp;
let issuedKey: string;
beforeAll(async () => {
  upstreams = await startUpstreams();
  const now = () => 1_800_000_000_000;
  const memory = memoryDirectory(now);
  const proofs = createProofs({ now });
  app = gateway(upstreams, {
    catalog,
    services: {
      authenticators: [memory.started(), bedrockKeys({ accepted: 'any', proofs })],
      proofs,
      now,
      newId: () => 'golden',
      fetchMedia: (urls) =>
        Promise.resolve(new Map([...media].filter(([url]) => urls.some((each) => each.url === url)))),
    },
  });
  const actor = { keyId: `${'0'.repeat(35)}1`, requestId: 'setup' };
  const { id: projectId } = await memory.keys.createProject('golden', actor);
  const account = await memory.keys.createAccount({ projectId, name: 'app', role: 'none' }, actor);
  const place = { projectId, accountId: account?.id ?? '', name: 'k', kind: 'project', scopes: [] } as const;
  issuedKey = (await memory.keys.createKey(place, actor))?.value ?? '';
});
afterAll(() => upstreams.close());

/** What Bedrock was asked with a key, without who asked, and what the caller was told. */
async function asked(body: object, key: string) {
  upstreams.arrived.length = 0;
  const { status, text } = await app.chat(body, { key });
  const sent = upstreams.arrived.filter(({ service }) => service === 'runtime').map((call) => JSON.parse(call.body));
  // The stack names the callers that it pays for, and no others.
  const named = sent.filter(
    ({ requestMetadata = {} }) => requestMetadata['gateway-caller']?.startsWith('key-') === true,
  );
  return {
    status,
    text,
    sent: sent.map(withoutCaller),
    isNamed: named.length === (key === issuedKey ? sent.length : 0),
  };
}

function withoutCaller({
  requestMetadata,
  ...request
}: {
  readonly requestMetadata?: Record<string, string>;
}): unknown {
  const { 'gateway-caller': _caller, ...labels } = requestMetadata ?? {};
  return wire({ ...request, ...(Object.keys(labels).length > 0 && { requestMetadata: labels }) });
}

/** Asks with both kinds of key. */
async function both(body: object) {
  return { own: await asked(body, bedrockKey()), issued: await asked(body, issuedKey) };
}

test.each(requests)('request %s is sent with a gateway key as with a Bedrock key', async (_name, { model, chat }) => {
  const { own, issued } = await both({ ...chat, model: nameOf(model) });
  expect(issued).toEqual({ ...own, isNamed: true });
});

/** Has Bedrock answer in this way. */
function answering(script: Script): void {
  upstreams.scripts.runtime = script;
}

test.each(replies)('reply %s is the same for a gateway key', async (_name, { model, chat, converse }) => {
  answering((response) => json(response, 200, converse));
  const { own, issued } = await both({ ...hello, ...chat, model: nameOf(model) });
  expect(issued).toEqual({ ...own, isNamed: true });
});

test.each(streams)('stream %s is the same for a gateway key', async (_name, pair) => {
  answering((response) => eventStream(response, bytesOf(pair)[0].bytes));
  const { own, issued } = await both({ ...hello, ...pair.chat, model: nameOf(pair.model), stream: true });
  expect(issued).toEqual({ ...own, isNamed: true });
});
