import { failure } from '../translate/embeddings/failure.ts';
import { openAiFront } from './fronts.ts';
import type { Front } from './way.ts';

/** OpenAI's, of which no member is called `messages`. */
export const embeddingsFront: Front = { ...openAiFront, failure };
