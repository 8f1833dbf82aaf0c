import type { Writable } from 'node:stream';
import type { HttpResponse } from '../http-values.ts';

/**
 * Sends an answer through Lambda's response stream, as fast as the caller takes it. Calls `onBroken` where the body or the stream
 * breaks after the answer has begun: only the log can say so then. Never rejects, and always ends the stream: a handler that returns
 * without `end` hangs until the function's timeout.
 */
export async function streamResponse(
  response: HttpResponse,
  stream: Writable,
  onBroken: (cause: unknown) => void,
): Promise<void> {
  const { status, headers, body } = response;
  const output = awslambda.HttpResponseStream.from(stream, { statusCode: status, headers });
  const end = endOf(output);
  // The prelude goes out before the first write, and only then: `end` alone would send nothing at all.
  output.write('');
  try {
    if (typeof body === 'function') await body(output);
    else output.end(body);
  } catch (cause) {
    onBroken(cause);
  }
  if (!output.writableEnded) output.end();
  const failure = await end;
  if (failure === undefined) return;
  onBroken(failure);
  output.destroy();
}

/** The end of a stream: undefined once everything is handed over, else the error that it broke with. */
function endOf(output: Writable): Promise<Error | undefined> {
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
