import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { authenticate } from './authenticate.ts';
import { BedrockError, invalid } from './bedrock-error.ts';
import {
  getFoundationModel,
  getInferenceProfile,
  listFoundationModels,
  listInferenceProfiles,
} from './control-plane.ts';
import { Converse } from './converse.ts';
import { regionOf, type Region } from './region.ts';

export interface SimulatorOptions {
  /** The keys that are good at the moment; asked for every request. */
  readonly keys: () => readonly string[];
  readonly region: string;
  readonly host?: string;
  readonly port?: number;
}

export interface Simulator {
  /** The base of both the runtime and the control plane. */
  readonly url: string;
  readonly models: Pick<Region, 'model' | 'throttledModel' | 'callable'>;
  close(): Promise<void>;
}

/** What a handler is given: the request, its answer, and what is known by then. */
interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly key: string;
  readonly query: URLSearchParams;
  /** The identifier in the path, decoded. */
  readonly id: string;
}

type Handler = (exchange: Exchange) => Promise<void> | void;

/**
 * Bedrock on the loopback interface: Converse, ConverseStream and the listings of the control plane, as strict as the service.
 * Replies depend on the request alone. `faults.ts` is the table of what can go wrong, asked for by `requestMetadata`.
 */
export async function startBedrockSimulator({
  keys,
  region: name,
  host = '127.0.0.1',
  port = 0,
}: SimulatorOptions): Promise<Simulator> {
  const region = regionOf(name);
  const routes = routesOf(region);
  const server = createServer((incoming, response) => void serve({ incoming, response }, { keys, routes }));
  server.listen(port, host);
  await once(server, 'listening');
  return { url: urlOf(server, host), models: region, close: () => close(server) };
}

type Routes = readonly (readonly [method: string, path: RegExp, handler: Handler])[];

// Model ids come with ':' and '/' encoded or plain: the match is greedy, over the path as it was sent.
function routesOf(region: Region): Routes {
  const converse = new Converse(region);
  return [
    ['POST', /^\/model\/(.*)\/converse$/, ({ id, ...call }) => converse.whole({ ...call, modelId: id })],
    ['POST', /^\/model\/(.*)\/converse-stream$/, ({ id, ...call }) => converse.streamed({ ...call, modelId: id })],
    ['GET', /^\/foundation-models\/?$/, ({ response, query }) => json(response, listFoundationModels(region, query))],
    ['GET', /^\/foundation-models\/(.+)$/, ({ response, id }) => json(response, getFoundationModel(region, id))],
    ['GET', /^\/inference-profiles\/?$/, ({ response, query }) => json(response, listInferenceProfiles(region, query))],
    ['GET', /^\/inference-profiles\/(.+)$/, ({ response, id }) => json(response, getInferenceProfile(region, id))],
  ];
}

interface Wire {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(
  { incoming, response }: Wire,
  { keys, routes }: { keys: () => readonly string[]; routes: Routes },
): Promise<void> {
  response.setHeader('x-amzn-requestid', randomUUID());
  try {
    const key = authenticate(incoming.headers.authorization, keys());
    const [path = '', search = ''] = (incoming.url ?? '').split('?');
    const route = routes.find(([method, pattern]) => method === incoming.method && pattern.test(path));
    if (route === undefined)
      throw new BedrockError('UnknownOperationException', 'The requested operation is not known.');
    const [, pattern, handler] = route;
    const id = decoded(pattern.exec(path)?.[1] ?? '');
    await handler({ incoming, response, key, id, query: new URLSearchParams(search) });
  } catch (error) {
    refuse({ incoming, response }, error);
  }
}

function refuse({ incoming, response }: Wire, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const refusal =
    error instanceof BedrockError
      ? error
      : new BedrockError('InternalServerException', `The simulator failed: ${String(error)}`);
  incoming.resume(); // what is left of a body that nobody reads, so that the connection can go on
  response.setHeader('x-amzn-errortype', refusal.type);
  json(response, refusal.body, refusal.status);
}

function json(response: ServerResponse, body: object, status = 200): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid('The provided model identifier is invalid.');
  }
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The simulator listens on no port.');
  return `http://${host}:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
