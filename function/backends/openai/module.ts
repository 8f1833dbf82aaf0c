import { deferredPassthroughSurface, deferredSurface, once } from '../deferred.ts';
import type { BackendModule, BackendDependencies } from '../module.ts';
import type { OpenAi } from './openai.ts';
import { isOpenAiApi, messageLimitsOf } from './message-limits.ts';

/** A model name: printable ASCII without blanks. Servers name their models freely. */
const name = /^[\x21-\x7e]{1,256}$/;

/** Any server that speaks OpenAI's API. */
export const openai: BackendModule = {
  isModel: (text) => name.test(text),
  modelIs: 'the name that the model has there, at most 256 characters without blanks',
  paidWith: 'stack',
  create({ openai: server, ...dependencies }) {
    // Without these settings no target names this backend.
    if (server === undefined) return {};
    const made = once(() => load(server, dependencies));
    return {
      messageLimits: messageLimitsOf(server.baseUrl),
      fetchesUrls: server.fetchesUrls === true || isOpenAiApi(server.baseUrl),
      chat: deferredPassthroughSurface(async () => (await made()).chat),
      completions: deferredPassthroughSurface(async () => (await made()).completions),
      // Most other servers have none, or store what they are sent.
      ...(isOpenAiApi(server.baseUrl) && { responses: deferredSurface(async () => (await made()).responses) }),
      embeddings: { passthrough: async (body, context) => (await made()).embeddings.passthrough(body, context) },
    };
  },
};

async function load(
  { baseUrl, secretArn, timeoutMs }: NonNullable<BackendDependencies['openai']>,
  { transport, endpoints, role, now }: Omit<BackendDependencies, 'openai'>,
): Promise<OpenAi> {
  const [{ createOpenAi }, { createSecret }] = await Promise.all([import('./openai.ts'), import('../stack/secret.ts')]);
  const key = createSecret({ arn: secretArn, credentials: role, now, endpoint: endpoints.secretsManager });
  return createOpenAi({ baseUrl, timeoutMs, key, transport });
}
