import { embeddingsFailure } from '../translate/embeddings/failure.ts';
import { openAiFront } from '../pipeline/openai-client.ts';
import type { Front } from '../pipeline/prepared-call.ts';

/** OpenAI's, of which no member is called `messages`. */
export const embeddingsFront: Front = { ...openAiFront, failure: embeddingsFailure };
