import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { head } from './head.ts';

/** What to do when a body breaks after the answer has begun: its bytes end there, and only the log can say why. */
export type Broken = (cause: unknown) => void;

/**
 * Sends an answer through Lambda's response stream, as fast as the caller takes it. Never rejects, and always ends the
 * stream: a handler that returns without `end` hangs until the function's timeout.
 */
export async function streamResponse(response: Response, stream: Writable, broken: Broken): Promise<void> {
  const output = awslambda.HttpResponseStream.from(stream, { ...head(response) });
  // The prelude goes out before the first write, and only then: `end` alone would send nothing at all.
  output.write('');
  try {
    await pipeline(guarded(response.body, broken), output);
  } catch (cause) {
    broken(cause);
    output.destroy();
  }
}

/** A body that breaks just ends, because an error inside `pipeline` destroys the stream instead of ending it. */
async function* guarded(body: Response['body'], broken: Broken): AsyncGenerator<Uint8Array> {
  if (!body) return;
  try {
    yield* body;
  } catch (cause) {
    broken(cause);
  }
}
