import { backends } from '../../function/backends/registry.ts';
import type { BackendName } from '../../function/backends/registry.ts';
import { isOwnId } from '../../function/dialects/model-ids.ts';
import { arnFlaw, regionOf } from './arn.ts';
import { nearestName } from './nearest.ts';
import { InvalidValue, quoted } from './values.ts';

/** The parts of a target in the config. */
export interface ConfiguredTarget {
  readonly backend: BackendName;
  readonly model: string;
}

/** Reads a target of the config. Throws InvalidValue. */
export function target(value: unknown): string {
  if (typeof value !== 'string') throw new InvalidValue('has a target that is not text');
  const parts = split(value);
  if (parts === undefined) {
    const prefixes = Object.keys(backends).map((name) => `${name}:`);
    throw new InvalidValue(
      `has the target ${quoted(value)}: it has to begin with one of ${prefixes.join(', ')}${targetHint(value)}`,
    );
  }
  const { isModel, modelIs } = backends[parts.backend];
  if (!isModel(parts.model)) {
    throw new InvalidValue(`has the target ${quoted(value)}: write "${parts.backend}:" and ${modelIs}`);
  }
  const flaw = parts.model.startsWith('arn:') && isOnBedrock(parts.backend) ? arnFlaw(parts.model) : undefined;
  if (flaw !== undefined) throw new InvalidValue(`has the target ${quoted(value)}, whose ARN ${flaw}`);
  return value;
}

/** The end of a sentence about a target of no backend: the one that may be meant, or ''. */
function targetHint(value: string): string {
  if (isBedrockName(value)) return ` (did you mean bedrock:${value}?)`;
  const colon = value.indexOf(':');
  const backend = colon < 0 ? undefined : nearestName(value.slice(0, colon), Object.keys(backends));
  return backend === undefined ? '' : ` (did you mean ${backend}${value.slice(colon)}?)`;
}

/** Whether a text is a target that an entry of `models` could have. */
export function isTarget(text: string): boolean {
  const parts = split(text);
  return parts !== undefined && backends[parts.backend].isModel(parts.model);
}

/** Splits a target that `target` has accepted. Throws for any other text. */
export function parse(value: string): ConfiguredTarget {
  const parts = split(value);
  if (parts === undefined) throw new Error('a target was not checked');
  return parts;
}

/** Whether a text is the id of a Bedrock model, and not an ARN. */
export function isModelId(text: string): boolean {
  return !text.startsWith('arn:') && backends.bedrock.isModel(text);
}

/** Whether the targets of a backend are models on Bedrock, by ids or ARNs. */
export function isOnBedrock(backend: BackendName): boolean {
  return backends[backend].paidWith === 'bedrock-key';
}

/** The region in the ARN of a target's model; undefined for an id, and for targets outside of AWS. */
export function arnRegion({ backend, model }: ConfiguredTarget): string | undefined {
  return isOnBedrock(backend) && model.startsWith('arn:') ? regionOf(model) : undefined;
}

/** Whether a name is Bedrock's own name of a model, rather than a name from the config. */
export function isBedrockName(name: string): boolean {
  return name.startsWith('arn:') ? backends.bedrock.isModel(name) : isOwnId(name);
}

/** Whether the stack pays for a target's backend, whoever calls. */
export function isStackPaid({ backend }: ConfiguredTarget): boolean {
  return backends[backend].paidWith === 'stack';
}

/** Whether a target may have base models, which take a prompt instead of messages. */
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
