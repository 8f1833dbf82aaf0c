import type { BackendModule } from '../module.ts';
import { createSecret } from '../stack/secret.ts';
import { createOpenAi } from './openai.ts';

/** Printable ASCII without blanks: what servers name their models is theirs. */
const name = /^[\x21-\x7e]{1,256}$/;

/** Any server that speaks OpenAI's API. */
export const openai: BackendModule = {
  isModel: (text) => name.test(text),
  modelIs: 'the name that the model has there, at most 256 characters without blanks',
  paidWith: 'stack',
  create({ openai: server, transport, endpoints, role, now }) {
    // Without its settings no target names it.
    if (server === undefined) return {};
    const { baseUrl, secretArn, timeoutMs } = server;
    const key = createSecret({ arn: secretArn, credentials: role, now, endpoint: endpoints.secretsManager });
    return createOpenAi({ baseUrl, timeoutMs, key, transport });
  },
};
