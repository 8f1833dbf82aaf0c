import { randomUUID } from 'node:crypto';
import { parsed } from '../../json.ts';
import { readBody, startServer, textOf, writeRefusal, type Wire } from '../common/server.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { invalid, OpenAIError } from './openai-error.ts';
import { Operations, type Call } from './operations.ts';

// The size of a request's body is not documented: images of some megabytes pass, whole films do not.
const maxBodyBytes = 50_000_000;

type Handler = (call: Call) => Promise<void> | void;
type Routes = readonly (readonly [method: string, path: RegExp, handler: Handler])[];

/**
 * An OpenAI-compatible backend, as strict as OpenAI's own: chat, completions, embeddings and models. The content of a reply
 * depends on the request alone, its ID and time do not. `faults.ts` lists the faults that a request can ask for. The URL ends
 * in `/v1`.
 */
export const openAiSimulator = {
  name: 'openai',
  label: 'OpenAI',
  urlVariables: ['OPENAI_BASE_URL'],
  start,
} satisfies Simulator;

async function start({ keys, observe }: Pick<SimulatorContext, 'keys' | 'observe'>): Promise<RunningSimulator> {
  const operations = new Operations();
  const routes: Routes = [
    ['POST', /^\/v1\/chat\/completions$/, (call) => operations.chat(call)],
    ['POST', /^\/v1\/completions$/, (call) => operations.completions(call)],
    ['POST', /^\/v1\/embeddings$/, (call) => operations.embeddings(call)],
    ['GET', /^\/v1\/models$/, (call) => operations.list(call)],
    ['GET', /^\/v1\/models\/(.+)$/, (call) => operations.get(call)],
  ];
  const server = await startServer((wire) => serve(wire, { keys, routes }), observe);
  return { ...server, url: `${server.url}/v1` };
}

interface Serving {
  readonly keys: () => readonly string[];
  readonly routes: Routes;
}

async function serve(wire: Wire, { keys, routes }: Serving): Promise<void> {
  const { incoming, response } = wire;
  response.setHeader('x-request-id', `req_${randomUUID().replaceAll('-', '')}`);
  try {
    const bytes = await readBody(incoming, { bytes: maxBodyBytes, refuse: tooLarge });
    const key = authenticate(incoming.headers.authorization, keys());
    const [path = ''] = (incoming.url ?? '').split('?');
    const { pattern, handler } = findRoute({ method: incoming.method ?? '', path }, routes);
    const id = decodeURIComponent(pattern.exec(path)?.[1] ?? '');
    await handler({ response, key, id, body: incoming.method === 'POST' ? jsonOf(bytes) : undefined });
  } catch (error) {
    writeRefusal(wire, refusalOf(error));
  }
}

function findRoute(
  { method, path }: { method: string; path: string },
  routes: Routes,
): { pattern: RegExp; handler: Handler } {
  const here = routes.filter(([, pattern]) => pattern.test(path));
  const [, pattern, handler] = here.find(([wanted]) => wanted === method) ?? [];
  if (pattern !== undefined && handler !== undefined) return { pattern, handler };
  if (here.length === 0) throw new OpenAIError(`Invalid URL (${method} ${path})`, { status: 404 });
  throw new OpenAIError(
    `Not allowed to ${method} on ${path}. (HINT: Perhaps you meant to use a different HTTP method?)`,
    {
      status: 405,
      code: 'method_not_supported',
    },
  );
}

function authenticate(authorization: string | undefined, keys: readonly string[]): string {
  if (authorization === undefined)
    throw new OpenAIError(
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
      { status: 401 },
    );
  const key = /^Bearer (.+)$/i.exec(authorization)?.[1] ?? '';
  if (keys.includes(key)) return key;
  const masked = `${key.slice(0, 7)}${'*'.repeat(8)}${key.slice(-4)}`;
  throw new OpenAIError(`Incorrect API key provided: ${masked}.`, { status: 401, code: 'invalid_api_key' });
}

function jsonOf(bytes: Buffer): unknown {
  const body = parsed(textOf(bytes) ?? '');
  if (body === undefined) throw invalid('We could not parse the JSON body of your request.');
  return body;
}

function tooLarge(): OpenAIError {
  return new OpenAIError('The request body is too large.', { status: 413 });
}

/** Anything else that was thrown is an error of the simulator itself. */
function refusalOf(error: unknown): OpenAIError {
  if (error instanceof OpenAIError) return error;
  return new OpenAIError(`The simulator failed: ${String(error)}`, { status: 500, type: 'server_error' });
}
