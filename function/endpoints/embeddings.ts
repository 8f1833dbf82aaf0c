import { embeddingsRequest } from '../validate/embeddings-request.ts';
import { admit } from '../pipeline/admission.ts';
import { embeddingsWay } from './embedding-ways.ts';
import { embeddingsFront } from './embeddings-front.ts';
import type { Call } from '../request-context.ts';
import { namedBody } from '../pipeline/openai-body.ts';
import { relay } from '../pipeline/relay.ts';
import type { HttpResponse } from '../http-values.ts';

/** OpenAI's embeddings. */
export async function embeddings(call: Call): Promise<HttpResponse> {
  const { caller, read, targets } = await admit(call, () => namedBody(call, embeddingsRequest));
  return relay({
    call,
    front: embeddingsFront,
    stream: false,
    name: read.name,
    targets,
    prepare: (target, signal) => embeddingsWay({ call, caller, body: read.body }, target, signal),
  });
}
