import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { startServer, writeJson, writeRefusal, type Wire } from '../common/server.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { Answering } from './answering.ts';
import { AsyncInvokes } from './async-invoke.ts';
import { authenticate, authorize, type Caller, type NamedGuardrail } from './authenticate.ts';
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
import { countTokens } from './count-tokens.ts';
import { applyGuardrail, invokeGuardrailChecks } from './guardrails.ts';
import { InvokeModel } from './invoke.ts';
import { AnthropicMessages } from './messages/native.ts';
import { modelArn, regionOf, type Region } from './region.ts';
import { Responses, runtimeTarget } from './responses/responses.ts';
import type { Storage } from './stored-media.ts';

/** Without `iam` no signature is valid; without `stored` there is no object in S3. */
type Context = Pick<SimulatorContext, 'keys' | 'region'> &
  Partial<Pick<SimulatorContext, 'iam' | 'stored' | 'observe'>>;

/** What a handler is given: the request, its answer, and what is known by then. */
interface Exchange {
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly caller: Caller;
  readonly query: URLSearchParams;
  /** The guardrail that headers name. */
  readonly guardrail: NamedGuardrail | undefined;
  /** A header of Bedrock's, without its prefix. */
  readonly header: (name: string) => string | undefined;
  /** A header of Anthropic's, without its prefix. */
  readonly anthropic: (name: string) => string | undefined;
  /** The identifier in the path, decoded, and the one behind it. */
  readonly id: string;
  readonly version: string;
}

type Handler = (exchange: Exchange) => Promise<void> | void;

/**
 * Bedrock: every operation of its runtime that an API key can call (InvokeModel of embedding models and Anthropic's), Chat
 * Completions, Responses, Anthropic's Messages and the listings of the control plane, as strict as the service. One URL serves both
 * planes. Replies depend on the request alone. `faults.ts` lists the faults that a request can ask for by its `requestMetadata`.
 */
export const bedrockSimulator = {
  name: 'bedrock',
  label: 'Bedrock',
  urlVariables: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_ENDPOINT_URL_BEDROCK'],
  start,
} satisfies Simulator;

function start({ keys, region: name, iam, stored = new Map(), observe }: Context): Promise<RunningSimulator> {
  const region = regionOf(name);
  const routes = routesOf(region, { iam, stored });
  const arrive = async ({ incoming, response }: Wire): Promise<Exchange> => {
    const { method = '', url = '', headers } = incoming;
    const body = await readBytes(incoming);
    const caller = await authenticate({ method, url, headers, body }, { keys: keys(), region: name, iam });
    const header = (which: string) => headers[`x-amzn-bedrock-${which}`]?.toString();
    const anthropic = (which: string) => headers[`anthropic-${which}`]?.toString();
    const id = header('guardrailidentifier');
    const guardrail = id === undefined ? undefined : { id, version: header('guardrailversion') };
    const query = new URLSearchParams(url.split('?')[1]);
    return { response, body, caller, guardrail, header, anthropic, query, id: '', version: '' };
  };
  return startServer((wire) => serve(wire, { arrive, routes }), observe);
}

type Routes = readonly (readonly [method: string, path: RegExp, handler: Handler])[];

// Model ids come with ':' and '/' encoded or plain: the match is greedy, over the path as it was sent.
function routesOf(region: Region, storage: Storage): Routes {
  const { iam } = storage;
  const answering = new Answering();
  const converse = new Converse(region, { answering, storage });
  const invoke = new InvokeModel(region, { answering, iam });
  const invocations = new AsyncInvokes(region, iam);
  const chat = new ChatCompletions(region, iam);
  const responses = new Responses((id) => runtimeTarget(id, region), iam);
  const messages = new AnthropicMessages(region, { answering, iam });
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
    ['POST', /^\/openai\/v1\/responses$/, (call) => responses.serve(call)],
    ['POST', /^\/anthropic\/v1\/messages$/, (call) => messages.serve(call)],
    ['POST', /^\/model\/(.*)\/invoke$/, ({ id, ...call }) => invoke.whole({ ...call, modelId: id })],
    [
      'POST',
      /^\/model\/(.*)\/invoke-with-response-stream$/,
      ({ id, ...call }) => invoke.streamed({ ...call, modelId: id }),
    ],
    [
      'POST',
      /^\/model\/(.*)\/count-tokens$/,
      ({ id, ...call }) => countTokens({ ...call, modelId: id }, { region, iam }),
    ],
    [
      'POST',
      /^\/guardrail\/(.*)\/version\/([^/]+)\/apply$/,
      ({ id, version, ...call }) =>
        applyGuardrail({ ...call, guardrailIdentifier: id, guardrailVersion: version }, { region, iam }),
    ],
    ['POST', /^\/guardrail-checks\/invoke$/, (call) => invokeGuardrailChecks(call, { iam })],
    ['POST', /^\/async-invoke$/, (call) => invocations.start(call)],
    ['GET', /^\/async-invoke$/, ({ query, ...call }) => invocations.list(call, query)],
    ['GET', /^\/async-invoke\/(.+)$/, ({ id, ...call }) => invocations.get(call, id)],
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
    const [, id = '', version = ''] = pattern.exec(path) ?? [];
    await handler({ ...exchange, id: decoded(id), version: decoded(version) });
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
