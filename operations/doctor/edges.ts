import { codeOf, fieldsOf, isGatewayError, refusalText } from './answers.ts';
import { failed, ok, skipped, type Check } from './check.ts';
import type { Answer } from './exchange.ts';

/** The API of API Gateway that has answered, as its headers say; undefined if they are missing. */
export type EdgeKind = 'HTTP API' | 'REST API' | undefined;

/** Seconds by which a clock may be wrong before AWS refuses what it signs (Signature Version 4). */
const maxSkewSeconds = 300;

/** Name of the check of the HTTP API. */
export const httpApiCheck = 'HTTP API';
/** Name of the check of the REST API. */
export const restApiCheck = 'REST API';

/** The API that an answer came from. HTTP APIs and REST APIs name a request in headers of their own. */
export function edgeOf({ headers }: Pick<Answer, 'headers'>): EdgeKind {
  if (headers['apigw-requestid'] !== undefined) return 'HTTP API';
  return headers['x-amz-apigw-id'] === undefined ? undefined : 'REST API';
}

/** Judges the answer to `GET /health`, which the HTTP API takes if there is one. */
export function judgeHealth(answer: Answer): Check {
  if (answer.status !== 200 || fieldsOf(answer)['status'] !== 'ok') return stranger(httpApiCheck, answer);
  const edge = edgeOf(answer);
  if (edge === 'REST API')
    return skipped(httpApiCheck, 'a stack without a domain has none: its REST API takes every path');
  return ok(httpApiCheck, edge === undefined ? `/health answers, without headers of API Gateway` : '/health answers');
}

/** Judges the answer to a chat without a key, which the REST API takes if the stack streams. */
export function judgeChat(answer: Answer): Check {
  if (answer.status !== 401 || !isGatewayError(answer)) return stranger(restApiCheck, answer);
  const edge = edgeOf(answer);
  if (edge === 'HTTP API') return skipped(restApiCheck, 'streaming: false leaves it out');
  const without = edge === undefined ? ', without headers of API Gateway' : '';
  return ok(restApiCheck, `/chat/completions refuses a call without a key${without}`);
}

/** The failure of a check whose call got no answer. */
export function unreachable(name: string, error: unknown): Check {
  const code = codeOf(error);
  const fix =
    code === 'ECONNREFUSED'
      ? 'Nothing listens there: check the host and the port. npm start prints its own base URL.'
      : 'Check the base URL, and that no firewall or proxy is in between.';
  return failed(name, `no answer (${code})`, fix);
}

/** The failure of a check that something else than the gateway has answered, or that API Gateway has refused. */
function stranger(name: string, answer: Answer): Check {
  const { status, headers } = answer;
  if (status >= 300 && status < 400)
    return failed(
      name,
      `redirects (${status}) to ${String(headers.location).slice(0, 200)}`,
      'If that is the gateway, use it as the base URL.',
    );
  if (status >= 500)
    return failed(
      name,
      refusalText(answer),
      'The function fails or does not start: read its log group (npx pulumi stack output logGroups), and docs/troubleshooting.md.',
    );
  return failed(
    name,
    status === 200 ? 'answers 200, but not as the gateway does' : refusalText(answer),
    'Check the base URL, which ends in /v1 (npx pulumi stack output baseUrl). If it is right, a path mapping is missing: npx pulumi up --refresh',
  );
}

/** Compares the Date of an answer, in whole seconds, with the clock of this machine when it came (milliseconds since the epoch). */
export function judgeClock({ headers }: Pick<Answer, 'headers'>, now: number): Check {
  const date = Date.parse(headers.date ?? '');
  if (Number.isNaN(date)) return skipped('clock', 'the answer has no Date');
  const seconds = Math.round((now - date) / 1_000);
  const by = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'}`;
  if (Math.abs(seconds) <= 2) return ok('clock', 'this machine and the gateway agree to within 2 s');
  if (Math.abs(seconds) < maxSkewSeconds) return ok('clock', `this machine is ${by} the gateway; AWS accepts 300 s`);
  return failed(
    'clock',
    `this machine is ${by} the gateway: AWS refuses what is signed here, and tokens seem expired or not yet valid`,
    'Set the clock, and keep it right by NTP (timedatectl set-ntp true).',
  );
}
