import { createHash } from 'node:crypto';
import { isObject } from './json.ts';
import { accountId } from './account.ts';
import type { StackConfig } from './stack-config.ts';

/** Settings of the overlay. */
export interface OverlayOptions {
  /** Where the stack would be built. */
  readonly region: string;
  /** Whether the stack has a file of its own, and so says itself whether it has a domain and issues keys. */
  readonly isSetUp: boolean;
  /** Whether models are simulated, so that nobody has to pay for holders of keys. */
  readonly isSimulated: boolean;
  /** The Bedrock models that the demo names stand for; the real Bedrock has none that is always throttled. */
  readonly demo: DemoModels;
  /** The key that is to be good for every model; absent: the stack pays for nobody but those that it lists itself. */
  readonly apiKey: string | undefined;
  /** Whether this machine has a value for a parameter with further names of models. */
  readonly hasParameter?: boolean;
  /** Whether pages of this machine may call the gateway. */
  readonly cors?: boolean;
}

/** Origins of this machine's pages, in the form of the config's `cors`. */
const localOrigins = ['http', 'https'].flatMap((scheme) =>
  ['localhost', '127.0.0.1', '[::1]'].map((host) => `${scheme}://${host}:*`),
);

/** Ids of Bedrock. */
export interface DemoModels {
  readonly model: string;
  readonly throttledModel: string | undefined;
  readonly embeddingModel: string;
  /** Whether the vectors of `embeddingModel` have the 1,536 numbers that apps assume of OpenAI's old names. */
  readonly isLikeAda: boolean;
}

/** Names that work for certain, whatever the stack itself maps. */
export interface DemoNames {
  readonly model: string;
  readonly throttledModel: string | undefined;
  readonly embeddingModel: string;
  /** What the stack pays: undefined where nobody could use it. */
  readonly openaiModel: string | undefined;
  readonly sagemakerModel: string | undefined;
}

/** A config with the additions of `npm start`, and the names that these add. */
export interface Overlay {
  readonly config: StackConfig;
  readonly names: DemoNames;
}

/**
 * Everything that `npm start` adds to a stack's config, in memory, on this machine only: `pulumi up` never sees it.
 * What the stack itself says is never changed.
 */
export function overlayConfig(
  stack: StackConfig,
  { region, isSetUp, isSimulated, demo, apiKey, hasParameter = false, cors = false }: OverlayOptions,
): Overlay {
  const own = members(stack['bedrock-gateway:models']);
  const callers = withLocalCaller(stack['bedrock-gateway:callers'], apiKey);
  const demos: Record<keyof DemoNames | 'adaModel' | 'promptModel' | 'vectorModel' | 'baseModel', Demo> = {
    model: { name: 'gpt-4o', entry: { target: `bedrock:${demo.model}` } },
    // To see throttling with.
    throttledModel: {
      name: 'throttled',
      entry: { target: `bedrock:${demo.throttledModel}` },
      absent: !demo.throttledModel,
    },
    embeddingModel: { name: 'text-embedding-3-small', entry: { target: `bedrock:${demo.embeddingModel}` } },
    adaModel: {
      name: 'text-embedding-ada-002',
      entry: { target: `bedrock:${demo.embeddingModel}` },
      absent: !demo.isLikeAda,
    },
    openaiModel: { name: 'gpt-4o-mini', entry: { target: 'openai:gpt-4o-mini' }, paid: true },
    // OpenAI's chat models take no bare prompt; this one takes nothing else.
    promptModel: { name: 'gpt-3.5-turbo-instruct', entry: { target: 'openai:gpt-3.5-turbo-instruct' }, paid: true },
    vectorModel: { name: 'text-embedding-3-large', entry: { target: 'openai:text-embedding-3-large' }, paid: true },
    sagemakerModel: { name: 'llama-vllm', entry: { target: 'sagemaker:demo-vllm' }, paid: true },
    // It has no chat template of its own, and so is asked by a prompt.
    baseModel: { name: 'llama-base', entry: { target: 'sagemaker:demo-base', chatTemplate: 'chatml' }, paid: true },
  };
  const shown = Object.values(demos).filter(({ paid, absent }) => !absent && (!paid || callers.length > 0));
  const name = (of: Demo): string => free(of.name, own);
  const shownName = (of: Demo): string | undefined => (shown.includes(of) ? name(of) : undefined);
  const laid = Object.fromEntries(shown.map((each) => [name(each), each.entry]));
  const needsSecret = Object.values({ ...own, ...laid }).some((entry) => JSON.stringify(entry).includes('"openai:'));
  return {
    names: {
      model: name(demos.model),
      throttledModel: shownName(demos.throttledModel),
      embeddingModel: name(demos.embeddingModel),
      openaiModel: shownName(demos.openaiModel),
      sagemakerModel: shownName(demos.sagemakerModel),
    },
    config: {
      // A stack that nobody has set up yet shows the whole: both APIs behind one domain, MCP, keys of its own, and files.
      ...(!isSetUp && { 'bedrock-gateway:domain': 'example.com' }),
      ...(!isSetUp && isSimulated && { 'bedrock-gateway:gatewayKeys': 'true', 'bedrock-gateway:storage': '{}' }),
      ...(needsSecret && { 'bedrock-gateway:openaiKeyArn': secretArn(region) }),
      ...(hasParameter && { 'bedrock-gateway:modelsParameter': '/bedrock-gateway/local' }),
      ...stack,
      'aws:region': region,
      ...localMcp(stack['bedrock-gateway:mcp'], isSetUp),
      ...over(stack, 'bedrock-gateway:models', JSON.stringify({ ...own, ...laid })),
      ...(cors && over(stack, 'bedrock-gateway:cors', withLocal(list(stack['bedrock-gateway:cors'])))),
      ...(callers.length > 0 && over(stack, 'bedrock-gateway:callers', JSON.stringify(callers))),
    },
  };
}

/** A value that has the stack's own in it; one that cannot be read stays, for the program to say what is wrong with it. */
function over(stack: StackConfig, key: string, value: string): StackConfig {
  const own = stack[key];
  return own === undefined || read(own) !== undefined ? { [key]: value } : {};
}

/** An entry of the catalog, and the name that it has unless the stack uses it. */
interface Demo {
  readonly name: string;
  readonly entry: Readonly<Record<string, string>>;
  readonly paid?: true;
  readonly absent?: boolean;
}

/** The stack's own origins, and this machine's where they do not take all. */
function withLocal(own: readonly unknown[]): string {
  return JSON.stringify(own.includes('*') ? own : [...new Set([...own, ...localOrigins])]);
}

/** The stack's MCP server, for pages of this machine as well. A stack that nobody has set up yet has one. */
function localMcp(own: string | undefined, isSetUp: boolean): StackConfig {
  const isOn = own === undefined ? !isSetUp : own === 'true' || read(own) !== undefined;
  if (!isOn) return {};
  const map = members(own);
  const origins = Array.isArray(map['origins']) ? map['origins'] : [];
  return {
    'bedrock-gateway:mcp': JSON.stringify({ ...map, origins: [...new Set<unknown>([...origins, ...localOrigins])] }),
  };
}

/** The stack's own callers, and whoever has the key of this machine. */
function withLocalCaller(own: string | undefined, apiKey: string | undefined): readonly unknown[] {
  const callers = list(own);
  if (apiKey === undefined) return callers;
  const sha256 = createHash('sha256').update(apiKey).digest('hex');
  if (callers.some((caller) => member(caller, 'sha256') === sha256)) return callers;
  const ids = Object.fromEntries(callers.map((caller) => [String(member(caller, 'id')), true]));
  return [...callers, { id: free('local', ids), sha256 }];
}

/** A secret that only this machine has. */
function secretArn(region: string): string {
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:local-AbCdEf`;
}

/** A name that the stack does not use: it has no such entry, and no pattern that takes the name as it is here. */
function free(name: string, taken: Readonly<Record<string, unknown>>): string {
  const isTaken = Object.keys(taken).some((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
  return isTaken ? unused(`demo-${name}`, taken) : unused(name, taken);
}

function unused(name: string, taken: Readonly<Record<string, unknown>>): string {
  return Object.hasOwn(taken, name) ? unused(`demo-${name}`, taken) : name;
}

function members(json: string | undefined): Readonly<Record<string, unknown>> {
  const value = read(json);
  return isObject(value) ? value : {};
}

function list(json: string | undefined): readonly unknown[] {
  const value = read(json);
  return Array.isArray(value) ? value : [];
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

/** A list or a map; undefined when it is something else. */
function read(json: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(json ?? 'null');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
