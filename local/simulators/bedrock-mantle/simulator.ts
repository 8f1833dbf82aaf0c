import { randomUUID } from 'node:crypto';
import { startServer, writeJson, writeRefusal, type Wire } from '../common/server.ts';
import { BedrockError } from '../bedrock/bedrock-error.ts';
import { readBytes } from '../bedrock/body.ts';
import { messagesErrorOf, messagesStatusOf } from '../bedrock/messages/native.ts';
import { Responses } from '../bedrock/responses/responses.ts';
import type { Target } from '../bedrock/resolve.ts';
import { invalid, OpenAIError } from '../openai/openai-error.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { countTokens } from './count-tokens.ts';
import { mantleModels, type MantleModel } from './models.ts';

type Models = ReadonlyMap<string, MantleModel>;
type Base = '/v1' | '/openai/v1';

/**
 * Bedrock's second endpoint, bedrock-mantle: OpenAI's Responses of the models that have them there, Anthropic's count of tokens and the list of
 * models. It takes API keys alone, and neither guardrails nor profiles.
 */
export const bedrockMantleSimulator = {
  name: 'bedrock-mantle',
  urlVariables: ['AWS_ENDPOINT_URL_BEDROCK_MANTLE'],
  start,
} satisfies Simulator;

function start({
  keys,
  region,
  observe,
}: Pick<SimulatorContext, 'keys' | 'region'> & Partial<Pick<SimulatorContext, 'observe'>>): Promise<RunningSimulator> {
  const models = mantleModels(region);
  const surfaces: Readonly<Record<Base, Responses>> = {
    '/v1': new Responses((id) => targetAt('/v1', id, models)),
    '/openai/v1': new Responses((id) => targetAt('/openai/v1', id, models)),
  };
  return startServer((wire) => serve(wire, { keys, models, surfaces }), observe);
}

interface Serving {
  readonly keys: () => readonly string[];
  readonly models: Models;
  readonly surfaces: Readonly<Record<Base, Responses>>;
}

async function serve(wire: Wire, serving: Serving): Promise<void> {
  wire.response.setHeader('x-request-id', randomUUID());
  const [path = ''] = (wire.incoming.url ?? '').split('?');
  try {
    await answer(wire, path, serving);
  } catch (error) {
    const isAnthropics = path.startsWith('/anthropic/') && error instanceof BedrockError;
    writeRefusal(
      wire,
      isAnthropics ? { body: messagesErrorOf(error), status: messagesStatusOf(error) } : refusalOf(error),
    );
  }
}

async function answer(wire: Wire, path: string, { keys, models, surfaces }: Serving): Promise<void> {
  const { incoming, response } = wire;
  const body = await readBytes(incoming);
  const key = checkKey(incoming.headers, keys());
  checkHeaders(incoming.headers);
  const operation = `${incoming.method} ${path}`;
  if (operation === 'POST /v1/responses' || operation === 'POST /openai/v1/responses') {
    const base = path.startsWith('/openai/') ? '/openai/v1' : '/v1';
    return surfaces[base].serve({ response, body, caller: { name: key }, guardrail: undefined });
  }
  if (operation === 'POST /anthropic/v1/messages/count_tokens')
    return writeJson(response, countTokens(body, incoming.headers['anthropic-version']?.toString(), models));
  if (operation === 'GET /v1/models') return writeJson(response, listOf(models));
  throw new OpenAIError(`Unknown request URL: ${operation}.`, { status: 404, code: 'unknown_url' });
}

/** The key of a request, as a bearer or in `x-api-key`. Throws the OpenAIError 401 for any other credential, signatures included. */
function checkKey(headers: Wire['incoming']['headers'], keys: readonly string[]): string {
  const key = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? headers['x-api-key']?.toString();
  if (key !== undefined && keys.includes(key)) return key;
  throw new OpenAIError('Invalid bearer token', { status: 401, code: 'invalid_api_key' });
}

/** Guardrails and labels of Bedrock's runtime do nothing here: a caller who counts on them must be told. */
function checkHeaders(headers: Wire['incoming']['headers']): void {
  const foreign = Object.keys(headers).find((name) => name.startsWith('x-amzn-bedrock-'));
  if (foreign !== undefined) throw invalid(`The header ${foreign} is not supported.`, null, 'validation_error');
}

/** The model that a request names below a base path. Throws an OpenAIError for one that has no Responses there. */
function targetAt(base: Base, id: string, models: Models): Target {
  const found = models.get(id);
  if (found === undefined)
    throw new OpenAIError(`The model '${id}' does not exist`, { status: 404, code: 'model_not_found' });
  if (found.base === undefined)
    throw invalid(`The model '${id}' does not support the '/v1/responses' API`, null, 'validation_error');
  if (found.base !== base) throw invalid(`model \`${id}\` isn't supported on this route`, null, 'validation_error');
  return found.target;
}

function listOf(models: Models): object {
  const data = [...models.keys()].map((id) => ({ id, object: 'model', created: 0, owned_by: 'system' }));
  return { object: 'list', data };
}

/** Anything else that was thrown is an error of the simulator itself. */
function refusalOf(error: unknown): { readonly body: object; readonly status: number } {
  if (error instanceof OpenAIError) return error;
  const message = error instanceof BedrockError ? error.message : `The simulator failed: ${String(error)}`;
  const { body, status } = new OpenAIError(message, { status: error instanceof BedrockError ? error.status : 500 });
  return { body, status };
}
