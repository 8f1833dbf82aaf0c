import { readJson } from '../http/body.ts';
import { embeddingsRequest } from '../validate/embeddings-request.ts';
import { admit } from './admit.ts';
import { embeddingsWay } from './embedding-ways.ts';
import { embeddingsFront } from './embeddings-front.ts';
import type { Call } from './endpoint.ts';
import { relay } from './relay.ts';

/** OpenAI's embeddings. */
export async function embeddings(call: Call): Promise<Response> {
  const { caller, read, targets } = await admit(call, async () => {
    const body = await readJson(call.request, { body: call.invocation.body });
    const { model } = body.value;
    // Without a name, the validator says what is wrong.
    return { body, name: typeof model === 'string' ? model : embeddingsRequest(body.value).model };
  });
  return relay({
    call,
    front: embeddingsFront,
    stream: false,
    name: read.name,
    targets,
    prepare: (target, signal) => embeddingsWay({ call, caller, body: read.body }, target, signal),
  });
}
