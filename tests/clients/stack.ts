import OpenAI, { type ClientOptions } from 'openai';
import { checkedFetch } from '../support/checked.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/** The local stack for one test file, and OpenAI's own client in front of it. */
export interface Stack {
  readonly gateway: Gateway;
  /** Holds every answer against its schema; for clients other than `openai`. */
  readonly fetch: typeof fetch;
  /** The client as its users make it, but that it never tries again. */
  readonly openai: OpenAI;
  readonly client: (options: ClientOptions) => OpenAI;
  /** Fails when an answer broke its schema. */
  readonly close: () => Promise<void>;
}

export async function startStack(): Promise<Stack> {
  const gateway = await startGateway();
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

/** The listed models that answer. */
export function answering({ models, throttledModel }: Gateway): string[] {
  return models.filter((model) => model !== throttledModel && !model.includes('nova-premier'));
}
