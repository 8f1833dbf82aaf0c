import OpenAI, { type ClientOptions } from 'openai';
import { checkedFetch } from '../support/checked.ts';
import { issuedKey } from '../support/issued-key.ts';
import { sharedGateway, startGateway, type GatewayOptions, type Served } from '../support/gateway.ts';

/** The local stack, and OpenAI's own client in front of it. */
export interface Stack {
  readonly gateway: Served;
  /** Holds every answer against its schema; for clients other than `openai`. */
  readonly fetch: typeof fetch;
  /** The client as its users make it, but that it never tries again. */
  readonly openai: OpenAI;
  /** OpenAI's client with a key that the stack has issued; only for names of the catalog, and where the stack issues keys. */
  readonly issued: OpenAI;
  readonly client: (options: ClientOptions) => OpenAI;
}

interface Started extends Stack {
  /** Rejects when an answer to this file broke its schema. */
  readonly close: () => Promise<void>;
}

/** A stack for the tests of a file: the shared one, unless the file has options of its own. */
export function useStack(given?: GatewayOptions): Stack {
  const started = use(() => startStack(given));
  return {
    get gateway() {
      return started().gateway;
    },
    get openai() {
      return started().openai;
    },
    get issued() {
      return started().issued;
    },
    fetch: (...asked) => started().fetch(...asked),
    client: (options) => started().client(options),
  };
}

/** The shared gateway for the tests of a file, for clients that accept no `fetch`. */
export function useGateway(): () => Served {
  let served: Served | undefined;
  beforeAll(async () => {
    served = await sharedGateway();
  });
  return () => present(served);
}

function use(start: () => Promise<Started>): () => Started {
  let running: Started | undefined;
  const started = (): Started => present(running);
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => started().close());
  return started;
}

function present<Running>(running: Running | undefined): Running {
  if (running === undefined) throw new Error('the stack is there within tests only');
  return running;
}

async function startStack(given: GatewayOptions | undefined): Promise<Started> {
  const own = given && (await startGateway(given));
  const gateway = own ?? (await sharedGateway());
  const { fetch, verify } = checkedFetch();
  const client = (options: ClientOptions) =>
    new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.apiKey, maxRetries: 0, fetch, ...options });
  const close = async () => {
    await own?.close();
    verify();
  };
  const apiKey = gateway.adminKey === null ? 'none' : await issuedKey(gateway);
  return { gateway, fetch, openai: client({}), issued: client({ apiKey }), client, close };
}

/** Tries something with many models at once: what went wrong, and with which. */
export async function failuresOf(
  models: readonly string[],
  attempt: (model: string) => Promise<void>,
): Promise<string[]> {
  const failed = (model: string) => (error: unknown) => [`${model}: ${String(error)}`];
  return (await Promise.all(models.map((model) => attempt(model).then(() => [], failed(model))))).flat();
}

/** The listed chat models of Bedrock that answer. */
export function answering({ models, model: main }: Served): string[] {
  // Bedrock's ids begin with whose model it is; the other names are of other backends, or no chat models.
  return models.filter((id) => (id === main || /^[a-z]+\.[a-z]/.test(id)) && !id.includes('nova-premier'));
}

/** The extension member, which sends whatever has it through Converse: Bedrock's own Chat Completions shows no reasoning. */
export const byConverse = { bedrock: {} };
