import type { BackendName } from '../../function/catalog/catalog.ts';
import { Misfit, quoted } from './values.ts';

/** A target of the config taken apart. */
export interface ConfiguredTarget {
  readonly backend: BackendName;
  readonly model: string;
}

/** What stands behind the prefix of a backend. */
interface Kind {
  readonly fits: (model: string) => boolean;
  /** Ends the sentence "write …". */
  readonly advice: string;
  /** Who is asked to pay, when a caller brings no key of Bedrock: an OpenAI key and SageMaker are the stack's alone. */
  readonly payer: 'caller or stack' | 'stack';
}

/** A model or inference profile id as Converse takes it, versions such as `-v1:0` included. */
export const MODEL_ID = /^(?!arn:)[A-Za-z0-9][A-Za-z0-9._-]*(:[A-Za-z0-9._-]+)*$/;
/** Inference profiles, foundation, provisioned, imported and custom models, prompts and routers: all are called by ARN. */
export const MODEL_ARN = /^arn:aws[a-z-]*:(?:bedrock|sagemaker):([a-z0-9-]+):(?:\d{12})?:[a-z-]+\/[A-Za-z0-9._:/-]+$/;
/** The ids that work under their own name: a provider or the prefix of a profile before the first dot, and then a letter. */
const OWN_ID = /^(us-gov\.)?[a-z][a-z0-9]*\.[a-z][a-z0-9._-]*(:[a-z0-9]+)*$/;
const PROFILE_ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:(application-)?inference-profile\/[A-Za-z0-9._:-]+$/;
/** EndpointName of SageMaker's InvokeEndpoint. */
const ENDPOINT = /^(?=.{1,63}$)[A-Za-z0-9](-*[A-Za-z0-9])*$/;
/** What the function takes for a name: printable ASCII without blanks. */
const PRINTABLE = /^[\x21-\x7e]{1,256}$/;

/** Every backend, and what a target of it looks like. */
const kinds: Readonly<Record<BackendName, Kind>> = {
  bedrock: {
    fits: (model) => MODEL_ID.test(model) || MODEL_ARN.test(model),
    advice: '"bedrock:" and a model id, an inference profile id or an ARN',
    payer: 'caller or stack',
  },
  'bedrock-openai': {
    fits: (model) => MODEL_ID.test(model) || PROFILE_ARN.test(model),
    advice: '"bedrock-openai:" and a model id, an inference profile id or the ARN of an inference profile',
    payer: 'caller or stack',
  },
  openai: {
    fits: (model) => PRINTABLE.test(model),
    advice: '"openai:" and the name that the model has there, at most 256 characters without blanks',
    payer: 'stack',
  },
  sagemaker: {
    fits: (model) => ENDPOINT.test(model),
    advice: '"sagemaker:" and the name of an endpoint: 1 to 63 letters, digits and hyphens',
    payer: 'stack',
  },
};

/** Reads one target of the config. */
export function target(value: unknown): string {
  if (typeof value !== 'string') throw new Misfit('has a target that is not text');
  const parts = split(value);
  if (parts === undefined) {
    const backends = Object.keys(kinds).map((name) => `${name}:`);
    throw new Misfit(`has the target ${quoted(value)}: it has to begin with one of ${backends.join(', ')}`);
  }
  const { fits, advice } = kinds[parts.backend];
  if (!fits(parts.model)) throw new Misfit(`has the target ${quoted(value)}: write ${advice}`);
  return value;
}

/** Takes apart a target that has been read before. */
export function parse(value: string): ConfiguredTarget {
  const parts = split(value);
  if (parts === undefined) throw new Error('a target was not checked');
  return parts;
}

/** Whether a name is one that Bedrock itself gives a model, rather than one that a config made up. */
export function isBedrockName(name: string): boolean {
  return OWN_ID.test(name) || MODEL_ARN.test(name);
}

/** Whether the stack pays for a backend, whoever calls. */
export function isStackPaid({ backend }: ConfiguredTarget): boolean {
  return kinds[backend].payer === 'stack';
}

function split(value: string): ConfiguredTarget | undefined {
  const colon = value.indexOf(':');
  const backend = value.slice(0, Math.max(colon, 0));
  return isBackend(backend) ? { backend, model: value.slice(colon + 1) } : undefined;
}

function isBackend(name: string): name is BackendName {
  return Object.hasOwn(kinds, name);
}
