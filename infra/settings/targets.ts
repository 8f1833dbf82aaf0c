import { backends } from '../../function/backends/registry.ts';
import type { BackendName } from '../../function/backends/registry.ts';
import { isOwnId } from '../../function/dialects/model-ids.ts';
import { Misfit, quoted } from './values.ts';

/** A target of the config taken apart. */
export interface ConfiguredTarget {
  readonly backend: BackendName;
  readonly model: string;
}

/** Reads one target of the config. */
export function target(value: unknown): string {
  if (typeof value !== 'string') throw new Misfit('has a target that is not text');
  const parts = split(value);
  if (parts === undefined) {
    const prefixes = Object.keys(backends).map((name) => `${name}:`);
    throw new Misfit(`has the target ${quoted(value)}: it has to begin with one of ${prefixes.join(', ')}`);
  }
  const { isModel, modelIs } = backends[parts.backend];
  if (!isModel(parts.model)) {
    throw new Misfit(`has the target ${quoted(value)}: write "${parts.backend}:" and ${modelIs}`);
  }
  return value;
}

/** Takes apart a target that has been read before. */
export function parse(value: string): ConfiguredTarget {
  const parts = split(value);
  if (parts === undefined) throw new Error('a target was not checked');
  return parts;
}

/** Whether a text is the id of a model of Bedrock, and no ARN. */
export function isModelId(text: string): boolean {
  return !text.startsWith('arn:') && backends.bedrock.isModel(text);
}

/** The region that an ARN fixes; undefined for an id and for what no ARN of AWS's models is. */
export function arnRegion({ backend, model }: ConfiguredTarget): string | undefined {
  const hasArns = backends[backend].paidWith === 'bedrock-key';
  return hasArns && model.startsWith('arn:') ? model.split(':')[3] : undefined;
}

/** Whether a name is one that Bedrock itself gives a model, rather than one that a config made up. */
export function isBedrockName(name: string): boolean {
  return name.startsWith('arn:') ? backends.bedrock.isModel(name) : isOwnId(name);
}

/** Whether the stack pays for a backend, whoever calls. */
export function isStackPaid({ backend }: ConfiguredTarget): boolean {
  return backends[backend].paidWith === 'stack';
}

/** Whether base models may be behind a target, which take a prompt and no messages. */
export function takesTemplate({ backend }: ConfiguredTarget): boolean {
  return backends[backend].takesTemplates === true;
}

/** The prefixes of targets that take a chat template. */
export function templatePrefixes(): string {
  const names = Object.entries(backends).filter(([, { takesTemplates }]) => takesTemplates);
  return names.map(([name]) => `${name}:`).join(' or ');
}

function split(value: string): ConfiguredTarget | undefined {
  const colon = value.indexOf(':');
  const backend = value.slice(0, Math.max(colon, 0));
  return isBackend(backend) ? { backend, model: value.slice(colon + 1) } : undefined;
}

function isBackend(name: string): name is BackendName {
  return Object.hasOwn(backends, name);
}
