import { OpenAIError } from './openai-error.ts';
import { models, type Model } from './models.ts';

const notFound = { status: 404, code: 'model_not_found' } as const;

// What OpenAI says of a model that is asked for at another kind's path.
const misplacedMessages: Readonly<Record<Model['kind'], string>> = {
  chat: 'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
  completions:
    'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?',
  embeddings: 'You are not allowed to generate embeddings from this model',
};

/** The model of a name, by itself or by its version, if it serves this kind of request. Throws an OpenAIError. */
export function resolve(name: string, kind: Model['kind']): Model {
  const model = modelNamed(name);
  if (model.kind !== kind) {
    throw new OpenAIError(
      misplacedMessages[kind],
      kind === 'embeddings' ? { status: 403 } : { status: 404, param: 'model' },
    );
  }
  if (model.throttled === true) throw rateLimited(name);
  return model;
}

/** The model of a name, by itself or by its version. Throws 404 for an unknown one. */
export function modelNamed(name: string): Model {
  const model = models.find(({ id, version }) => id === name || version === name);
  if (model === undefined)
    throw new OpenAIError(`The model \`${name}\` does not exist or you do not have access to it.`, notFound);
  return model;
}

/** Error 429 of a model that is called too often. */
export function rateLimited(model: string): OpenAIError {
  return new OpenAIError(
    `Rate limit reached for ${model} in organization org-example on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 1s.`,
    { status: 429, type: 'requests', code: 'rate_limit_exceeded', headers: { 'retry-after': '1' } },
  );
}
