import { checkFilled } from './holes.ts';
import { awsRegion, keys } from './keys.ts';
import type { Key } from './keys.ts';
import { PRODUCT, ownKeys } from './own-keys.ts';
import type { StackConfig } from './own-keys.ts';
import { remove, removeCommand, set, setCommand, shellWord } from './rule.ts';
import { strangers } from './strangers.ts';
import { Misfit, isObject, json } from './values.ts';
import type { Mending } from './values.ts';

/** What the config says, key by key, with the defaults filled in. */
export type Given = ReturnType<typeof readKeys>['given'];

/** Reads every key by itself, and tells of each that cannot be read. */
export function readKeys(config: StackConfig, project: string) {
  const own = ownKeys(config, project);
  const problems = [...strangers(config, project), ...own.twice.map((name) => bothSet(name, project))];
  const read = <T, D>(key: Key<T, D>, { name, value }: { name: string; value: string | undefined }): T | D => {
    if (value === undefined) return key.absent;
    try {
      checkFilled(key.name, value);
      return key.read(value);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      problems.push(`${name} ${error.message}. ${mended(key, value, error.mending)}`);
      return key.absent;
    }
  };
  const take = <T, D>(key: Key<T, D>): T | D => read(key, { name: own.full(key.name), value: own.value(key.name) });
  const homeRegion = read(awsRegion, { name: awsRegion.name, value: config[awsRegion.name] });
  if (config[awsRegion.name] === undefined) {
    problems.push(`${awsRegion.name} is not set: it says where the stack is built. ${set(awsRegion.example)}`);
  }
  const given = {
    region: homeRegion ?? '',
    /** The keys that the config has, whatever they say: a default is no wish. */
    isSet: (name: keyof typeof keys): boolean => own.value(name) !== undefined,
    domain: take(keys.domain),
    subdomain: take(keys.subdomain),
    hostedZoneId: take(keys.hostedZoneId),
    dns: take(keys.dns),
    certificateArn: take(keys.certificateArn),
    bedrockRegions: take(keys.bedrockRegions) ?? [homeRegion ?? ''],
    failoverRegions: take(keys.failoverRegions),
    models: take(keys.models),
    modelsParameter: take(keys.modelsParameter),
    allowUnmappedBedrockModels: take(keys.allowUnmappedBedrockModels),
    bedrockKeys: take(keys.bedrockKeys),
    callers: take(keys.callers),
    callersMaySet: take(keys.callersMaySet),
    guardrail: take(keys.guardrail),
    openaiBaseUrl: take(keys.openaiBaseUrl),
    openaiKeyArn: take(keys.openaiKeyArn),
    openaiTimeoutSeconds: take(keys.openaiTimeoutSeconds),
    openaiFetchesUrls: take(keys.openaiFetchesUrls),
    openaiFields: take(keys.openaiFields),
    chatTemplates: take(keys.chatTemplates),
    streaming: take(keys.streaming),
    cors: take(keys.cors),
    throttle: take(keys.throttle),
    logRetentionDays: take(keys.logRetentionDays),
    logLevel: take(keys.logLevel),
    runtime: take(keys.runtime),
    memory: take(keys.memory),
    reservedConcurrency: take(keys.reservedConcurrency),
    provisionedConcurrency: take(keys.provisionedConcurrency),
    tracing: take(keys.tracing),
    restAccessLogs: take(keys.restAccessLogs),
    promptCaching: take(keys.promptCaching),
    defaultMaxOutput: take(keys.defaultMaxOutput),
  };
  return { given, own, problems };
}

function bothSet(name: string, project: string): string {
  const other = `${PRODUCT}:${name}`;
  return `${project}:${name} and ${other} are both set, and mean the same. Remove one with: ${removeCommand(other)}`;
}

/** The entry that an example sets: the first of a list, or one of a map that has parts of its own. */
const SAMPLE = /(?<=--path '\w+)(?:\[0\]|\.[\w-]+(?=\.))/g;

/** The commands that mend a value: to set the part that is wrong, or to take out what may not be there. */
function mended({ name, example }: Key<unknown, unknown>, value: string, mending: Mending): string {
  const whole = json(value);
  const isList = example.includes('[0]');
  // The CLI sets no entry of a list in a map, and none of a map in a list.
  if (example.startsWith('--path') && (isList ? isObject(whole) : Array.isArray(whole)))
    return `Set it with: ${removeCommand(name)} && ${setCommand(example)}`;
  const { place, remove: gone } = mending;
  const wrong = gone === undefined ? '' : `${place ?? ''}${gone}`;
  const removal = wrong === '' ? removeCommand(name) : removeCommand(`--path ${shellWord(`${name}${wrong}`)}`);
  if (gone) return `Remove it with: ${removal}`;
  const command = mending.example ?? (place === undefined ? example : example.replaceAll(SAMPLE, place));
  if (gone === '') return `Set it with: ${removal} && ${setCommand(command)}`;
  const advice = set(command);
  return ['', 'null', '[]'].includes(value) && name !== awsRegion.name ? `${advice}. ${remove(name)}` : advice;
}
