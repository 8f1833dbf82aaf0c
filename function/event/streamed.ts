import type { Writable } from 'node:stream';
import type { HttpResponse } from '../http-values.ts';

/** What to do when a body breaks after the answer has begun: its bytes end there, and only the log can say why. */
export type Broken = (cause: unknown) => void;

/**
 * Sends an answer through Lambda's response stream, as fast as the caller takes it. Never rejects, and always ends the
 * stream: a handler that returns without `end` hangs until the function's timeout.
 */
export async function streamResponse(response: HttpResponse, stream: Writable, broken: Broken): Promise<void> {
  const { status, headers, body } = response;
  const output = awslambda.HttpResponseStream.from(stream, { statusCode: status, headers });
  const over = closed(output);
  // The prelude goes out before the first write, and only then: `end` alone would send nothing at all.
  output.write('');
  try {
    if (typeof body === 'function') await body(output);
    else output.end(body);
  } catch (cause) {
    broken(cause);
  }
  if (!output.writableEnded) output.end();
  const failure = await over;
  if (failure === undefined) return;
  broken(failure);
  output.destroy();
}

/** Resolves once everything is handed over, or to the error of a stream that broke before. */
function closed(output: Writable): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const close = (): void => {
      if (!output.writableFinished) resolve(new Error('The stream was closed before its end.'));
    };
    output.once('finish', () => resolve(undefined));
    // Stays: an error after the end must not end the process.
    output.on('error', resolve);
    output.once('close', close);
    if (output.destroyed) close();
  });
}
