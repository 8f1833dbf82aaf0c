import { codeOf } from './config-file.ts';
import { Failure } from './failure.ts';
import type { TimeLimit } from './time-limit.ts';

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

const fixes: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'Check that the gateway is running at this base URL; npm start prints its own.'],
  ['ENOTFOUND', 'Check the base URL and your network.'],
  ['EAI_AGAIN', 'Check the base URL and your network.'],
]);

/** The Failure for an error of the network, or a call that took too long. Node's own message is left out: it may quote headers. */
export function unreachable(error: unknown, baseUrl: string, { signal, ms }: TimeLimit): Failure {
  if (signal.aborted)
    return new Failure(`no answer from ${baseUrl} within ${ms / 1_000} s`, {
      fix: 'To wait longer: --timeout <seconds>.',
    });
  const code = codeOf(causeOf(error));
  const fix = certificateCodes.test(code)
    ? 'If the certificate is your own, trust its authority: export NODE_EXTRA_CA_CERTS=<file>'
    : fixes.get(code);
  return new Failure(`the connection to ${baseUrl} failed (${code})`, fix === undefined ? {} : { fix });
}

/** The error behind the one that `fetch` rejects with. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}
