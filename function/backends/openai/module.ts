import { deferredSurface, once } from '../deferred.ts';
import type { BackendModule, Means } from '../module.ts';
import type { OpenAi } from './openai.ts';
import { isOpenAis, turnsAt } from './turns.ts';

/** Printable ASCII without blanks: what servers name their models is theirs. */
const name = /^[\x21-\x7e]{1,256}$/;

/** Any server that speaks OpenAI's API. */
export const openai: BackendModule = {
  isModel: (text) => name.test(text),
  modelIs: 'the name that the model has there, at most 256 characters without blanks',
  paidWith: 'stack',
  create({ openai: server, ...means }) {
    // Without its settings no target names it.
    if (server === undefined) return {};
    const made = once(() => load(server, means));
    return {
      turns: turnsAt(server.baseUrl),
      fetchesUrls: server.fetchesUrls === true || isOpenAis(server.baseUrl),
      chat: {
        ...deferredSurface(async () => (await made()).chat),
        pipe: async (body, context) => (await made()).chat.pipe(body, context),
      },
      completions: {
        ...deferredSurface(async () => (await made()).completions),
        pipe: async (body, context) => (await made()).completions.pipe(body, context),
      },
      embeddings: { pipe: async (body, context) => (await made()).embeddings.pipe(body, context) },
    };
  },
};

async function load(
  { baseUrl, secretArn, timeoutMs }: NonNullable<Means['openai']>,
  { transport, endpoints, role, now }: Omit<Means, 'openai'>,
): Promise<OpenAi> {
  const [{ createOpenAi }, { createSecret }] = await Promise.all([import('./openai.ts'), import('../stack/secret.ts')]);
  const key = createSecret({ arn: secretArn, credentials: role, now, endpoint: endpoints.secretsManager });
  return createOpenAi({ baseUrl, timeoutMs, key, transport });
}
