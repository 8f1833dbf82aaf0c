import OpenAI, { type ClientOptions } from 'openai';
import { checkedFetch } from '../support/checked.ts';
import { startGateway, type Gateway, type GatewayOptions } from '../support/gateway.ts';

/** The local stack for one test file, and OpenAI's own client in front of it. */
export interface Stack {
  readonly gateway: Gateway;
  /** Holds every answer against its schema; for clients other than `openai`. */
  readonly fetch: typeof fetch;
  /** The client as its users make it, but that it never tries again. */
  readonly openai: OpenAI;
  readonly client: (options: ClientOptions) => OpenAI;
}

interface Started extends Stack {
  /** Fails when an answer broke its schema. */
  readonly close: () => Promise<void>;
}

/** One stack for the tests of a file: there from the first of them to the last. */
export function useStack(given: GatewayOptions = {}): Stack {
  const started = use(() => startStack(given));
  return {
    get gateway() {
      return started().gateway;
    },
    get openai() {
      return started().openai;
    },
    fetch: (...asked) => started().fetch(...asked),
    client: (options) => started().client(options),
  };
}

/** Starts a gateway before the tests of a file, for clients that accept no `fetch`, and closes it after them. */
export function useGateway(): () => Gateway {
  return use(startGateway);
}

function use<Running extends { readonly close: () => Promise<void> }>(start: () => Promise<Running>): () => Running {
  let running: Running | undefined;
  const started = (): Running => {
    if (running === undefined) throw new Error('the stack is there within tests only');
    return running;
  };
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => started().close());
  return started;
}

async function startStack(given: GatewayOptions): Promise<Started> {
  const gateway = await startGateway(given);
  const { fetch, verify } = checkedFetch();
  const client = (options: ClientOptions) =>
    new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.apiKey, maxRetries: 0, fetch, ...options });
  const close = async () => {
    await gateway.close();
    verify();
  };
  return { gateway, fetch, openai: client({}), client, close };
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
export function answering({ models, model: main }: Gateway): string[] {
  // Bedrock's ids begin with whose model it is; the other names are of other backends, or no chat models.
  return models.filter((id) => (id === main || /^[a-z]+\.[a-z]/.test(id)) && !id.includes('nova-premier'));
}

/** The extension member, which sends whatever has it through Converse: Bedrock's own Chat Completions shows no reasoning. */
export const byConverse = { bedrock: {} };
