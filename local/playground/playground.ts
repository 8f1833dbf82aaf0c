import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Incoming, Outgoing } from '../edge/exchange.ts';
import { send, type Header, type Reply } from '../edge/reply.ts';
import type { Recorder } from './recorder.ts';

/** What the page needs to know of the stack. */
export interface PlaygroundState {
  readonly stack: string;
  /** The key of this start; null if the caller's own is needed. */
  readonly apiKey: string | null;
  /** The model that is chosen at first. */
  readonly model: string;
  /** The stack's own names for models, without patterns. */
  readonly names: readonly string[];
  /** Labels of the services whose calls are recorded: the simulated ones. */
  readonly recorded: readonly string[];
}

/** Answers a request with something that only this machine serves; false if it is for an API of the stack. */
export type Beside = (request: Incoming, response: Outgoing) => boolean;

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** Files of the page by their paths. */
const files: ReadonlyMap<string, { readonly file: string; readonly type: string }> = new Map([
  ['/playground', { file: 'index.html', type: types.html }],
  ['/playground/style.css', { file: 'style.css', type: types.css }],
  ['/playground/script.mjs', { file: 'script.mjs', type: types.js }],
]);

/** Nothing from elsewhere, no inline script, and no text that becomes markup: what models write is hostile. */
const securityHeaders: readonly Header[] = [
  [
    'content-security-policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  ],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['cache-control', 'no-store'],
];

/**
 * The page `/playground`: a chat with the models of the stack, beside what the gateway sent on. It has a key and what callers wrote, so
 * only this machine may have it, under a name that other sites cannot take.
 */
export function createPlayground(recorder: Recorder, state: PlaygroundState): Beside {
  return (request, response) => {
    const [pathname = '', query = ''] = (request.url ?? '').split('?');
    if (pathname !== '/playground' && !pathname.startsWith('/playground/')) return false;
    request.resume();
    send(
      response,
      replyTo(request, () => answerTo(pathname, new URLSearchParams(query), { recorder, state })),
    );
    return true;
  };
}

function replyTo(request: Incoming, answer: () => Content | undefined): Reply {
  if (!isOfThisMachine(request)) return answered(403, json({ message: 'The playground is for this machine alone.' }));
  if (request.method !== 'GET') return answered(405, json({ message: 'The playground takes GET alone.' }));
  const content = answer();
  if (content === undefined) return answered(404, json({ message: 'The playground has no such page.' }));
  return answered(200, content);
}

interface Content {
  readonly type: string;
  readonly body: string;
}

function answerTo(
  pathname: string,
  query: URLSearchParams,
  { recorder, state }: { readonly recorder: Recorder; readonly state: PlaygroundState },
): Content | undefined {
  if (pathname === '/playground/state') return json(state);
  if (pathname === '/playground/calls') {
    const after = query.get('after');
    return json({ last: recorder.last, calls: after === null ? [] : recorder.after(Number(after)) });
  }
  const page = files.get(pathname);
  // Read at each request, so that a change of the page is seen at once.
  return page && { type: page.type, body: readFileSync(path.join(import.meta.dirname, 'page', page.file), 'utf8') };
}

function json(value: object): Content {
  return { type: 'application/json', body: JSON.stringify(value) };
}

function answered(status: number, { type, body }: Content): Reply {
  return { status, headers: [...securityHeaders, ['content-type', type]], body };
}

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const loopbackAddress = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;

/**
 * Whether a request comes from this machine, by a name of it, and from no other page. A site may point its own name at 127.0.0.1: such a
 * request has that name in Host. With --host 0.0.0.0 other machines reach this port, and can write any Host.
 */
function isOfThisMachine({ headers, socket }: Incoming): boolean {
  const host = String(headers[':authority'] ?? headers.host ?? '');
  const { origin } = headers;
  const isOwnOrigin =
    origin === undefined || /^https?:\/\/(.*)$/.exec(origin)?.[1]?.toLowerCase() === host.toLowerCase();
  return loopbackHost.test(host) && loopbackAddress.test(socket.remoteAddress ?? '') && isOwnOrigin;
}
