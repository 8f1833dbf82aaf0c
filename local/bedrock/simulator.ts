import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { startServer, writeJson, writeRefusal, type RunningServer, type Where, type Wire } from '../answer/server.ts';
import type { Iam } from '../iam/verify.ts';
import { authenticate, authorize, type Caller } from './authenticate.ts';
import { BedrockError, invalid } from './bedrock-error.ts';
import { readBytes } from './body.ts';
import {
  getFoundationModel,
  getInferenceProfile,
  listFoundationModels,
  listInferenceProfiles,
} from './control-plane.ts';
import { ChatCompletions } from './chat-completions.ts';
import { Converse } from './converse.ts';
import { invokeModel } from './invoke.ts';
import { modelArn, regionOf, type Region } from './region.ts';

export interface SimulatorOptions extends Where {
  /** The keys that are good at the moment; asked for every request. */
  readonly keys: () => readonly string[];
  readonly region: string;
  /** Who may sign requests, as the roles of the account; nobody when absent. */
  readonly iam?: Iam;
}

/** Its URL is the base of both the runtime and the control plane. */
export interface Simulator extends RunningServer {
  readonly models: Pick<Region, 'model' | 'throttledModel' | 'callable'>;
}

/** What a handler is given: the request, its answer, and what is known by then. */
interface Exchange {
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly caller: Caller;
  readonly query: URLSearchParams;
  /** The guardrail that a header names. */
  readonly guardrail: string | undefined;
  /** The identifier in the path, decoded. */
  readonly id: string;
}

type Handler = (exchange: Exchange) => Promise<void> | void;

/**
 * Bedrock on the loopback interface: Converse, ConverseStream, Chat Completions, InvokeModel of embedding models and the
 * listings of the control plane, as strict as the service.
 * Replies depend on the request alone. `faults.ts` is the table of what can go wrong, asked for by `requestMetadata`.
 */
export async function startBedrockSimulator({
  keys,
  region: name,
  iam,
  ...where
}: SimulatorOptions): Promise<Simulator> {
  const region = regionOf(name);
  const routes = routesOf(region, iam);
  const arrive = async ({ incoming, response }: Wire): Promise<Exchange> => {
    const { method = '', url = '', headers } = incoming;
    const body = await readBytes(incoming);
    const caller = await authenticate({ method, url, headers, body }, { keys: keys(), region: name, iam });
    const guardrail = headers['x-amzn-bedrock-guardrailidentifier']?.toString();
    return { response, body, caller, guardrail, query: new URLSearchParams(url.split('?')[1]), id: '' };
  };
  const server = await startServer((wire) => serve(wire, { arrive, routes }), where);
  return { ...server, models: region };
}

type Routes = readonly (readonly [method: string, path: RegExp, handler: Handler])[];

// Model ids come with ':' and '/' encoded or plain: the match is greedy, over the path as it was sent.
function routesOf(region: Region, iam: Iam | undefined): Routes {
  const converse = new Converse(region, iam);
  const chat = new ChatCompletions(region, iam);
  // A listing is of everything; what is got is one resource.
  const read =
    (operation: string, answer: (exchange: Exchange) => object): Handler =>
    (exchange) => {
      const resources = [exchange.id === '' ? '*' : arnOf(exchange.id, region)];
      authorize(exchange.caller, { action: `bedrock:${operation}`, resources }, iam);
      writeJson(exchange.response, answer(exchange));
    };
  return [
    ['POST', /^\/model\/(.*)\/converse$/, ({ id, ...call }) => converse.whole({ ...call, modelId: id })],
    ['POST', /^\/model\/(.*)\/converse-stream$/, ({ id, ...call }) => converse.streamed({ ...call, modelId: id })],
    ['POST', /^\/openai\/v1\/chat\/completions$/, (call) => chat.serve(call)],
    ['POST', /^\/model\/(.*)\/invoke$/, ({ id, ...call }) => invokeModel({ ...call, modelId: id }, { region, iam })],
    [
      'GET',
      /^\/foundation-models\/?$/,
      read('ListFoundationModels', ({ query }) => listFoundationModels(region, query)),
    ],
    ['GET', /^\/foundation-models\/(.+)$/, read('GetFoundationModel', ({ id }) => getFoundationModel(region, id))],
    [
      'GET',
      /^\/inference-profiles\/?$/,
      read('ListInferenceProfiles', ({ query }) => listInferenceProfiles(region, query)),
    ],
    ['GET', /^\/inference-profiles\/(.+)$/, read('GetInferenceProfile', ({ id }) => getInferenceProfile(region, id))],
  ];
}

function arnOf(id: string, region: Region): string {
  const profile = region.profiles.find((candidate) => candidate.id === id);
  return profile?.arn ?? (id.startsWith('arn:') ? id : modelArn(region.name, id));
}

interface Serving {
  readonly arrive: (wire: Wire) => Promise<Exchange>;
  readonly routes: Routes;
}

async function serve(wire: Wire, { arrive, routes }: Serving): Promise<void> {
  wire.response.setHeader('x-amzn-requestid', randomUUID());
  try {
    const exchange = await arrive(wire);
    const [path = ''] = (wire.incoming.url ?? '').split('?');
    const route = routes.find(([method, pattern]) => method === wire.incoming.method && pattern.test(path));
    if (route === undefined)
      throw new BedrockError('UnknownOperationException', 'The requested operation is not known.');
    const [, pattern, handler] = route;
    await handler({ ...exchange, id: decoded(pattern.exec(path)?.[1] ?? '') });
  } catch (error) {
    writeRefusal(wire, refusalOf(error));
  }
}

/** Anything else that was thrown is an error of the simulator itself. */
function refusalOf(error: unknown): BedrockError {
  if (error instanceof BedrockError) return error;
  return new BedrockError('InternalServerException', `The simulator failed: ${String(error)}`);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid('The provided model identifier is invalid.');
  }
}
