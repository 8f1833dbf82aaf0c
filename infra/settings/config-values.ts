import { checkFilled } from './holes.ts';
import { awsRegion, keys } from './keys.ts';
import type { Key } from './keys.ts';
import { productName, ownKeys } from './own-keys.ts';
import type { StackConfig } from './own-keys.ts';
import { removeAdvice, removeCommand, setAdvice, setCommand, shellWord } from './rule.ts';
import { unknownKeys } from './unknown-keys.ts';
import { InvalidValue, isObject, json, problemsOf } from './values.ts';
import type { Fix } from './values.ts';

/** The value of each key, with the defaults filled in. */
export type ConfigValues = ReturnType<typeof readConfigValues>['values'];

/**
 * Reads each key on its own, and returns the problems, each with its fix, of the keys that cannot be read, and which keys these are: they
 * have their defaults among the values.
 */
export function readConfigValues(config: StackConfig, project: string) {
  const own = ownKeys(config, project);
  const unknown = unknownKeys(config, project);
  // What a misspelled key says is not known either.
  const unread = new Set(unknown.flatMap(({ meant }) => meant ?? []));
  const problems = [...unknown.map(({ advice }) => advice), ...own.twice.map((name) => bothSetAdvice(name, project))];
  const read = <T, D>(key: Key<T, D>, { name, value }: { name: string; value: string | undefined }): T | D => {
    if (value === undefined) return key.absent;
    try {
      checkFilled(key.name, value);
      return key.read(value);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      problems.push(
        ...problemsOf(error).map(({ message, fix }) => `${name} ${message}. ${fixAdvice(key, value, fix)}`),
      );
      unread.add(key.name === awsRegion.name ? 'region' : key.name);
      return key.absent;
    }
  };
  const take = <T, D>(key: Key<T, D>): T | D => read(key, { name: own.full(key.name), value: own.value(key.name) });
  const homeRegion = read(awsRegion, { name: awsRegion.name, value: config[awsRegion.name] });
  if (config[awsRegion.name] === undefined) {
    problems.push(`${awsRegion.name} is not set: it says where the stack is built. ${setAdvice(awsRegion.example)}`);
    unread.add('region');
  }
  // The region of the stack is the default.
  if (unread.has('region') && own.value('bedrockRegions') === undefined) unread.add('bedrockRegions');
  const values = {
    region: homeRegion ?? '',
    /** Whether the config itself has a value for a key, even if it equals the default. */
    isSet: (name: keyof typeof keys): boolean => own.value(name) !== undefined,
    domain: take(keys.domain),
    subdomain: take(keys.subdomain),
    hostedZoneId: take(keys.hostedZoneId),
    dns: take(keys.dns),
    certificateArn: take(keys.certificateArn),
    bedrockRegions: take(keys.bedrockRegions) ?? [homeRegion ?? ''],
    failoverRegions: take(keys.failoverRegions),
    bedrockMantle: take(keys.bedrockMantle),
    models: take(keys.models),
    modelsParameter: take(keys.modelsParameter),
    allowUnmappedBedrockModels: take(keys.allowUnmappedBedrockModels),
    bedrockKeys: take(keys.bedrockKeys),
    callers: take(keys.callers),
    callersMaySet: take(keys.callersMaySet),
    gatewayKeys: take(keys.gatewayKeys),
    adminKeyGeneration: take(keys.adminKeyGeneration),
    deletionProtection: take(keys.deletionProtection),
    limits: take(keys.limits),
    prices: take(keys.prices),
    storage: take(keys.storage),
    jwt: take(keys.jwt),
    guardrail: take(keys.guardrail),
    openaiBaseUrl: take(keys.openaiBaseUrl),
    openaiKeyArn: take(keys.openaiKeyArn),
    openaiTimeoutSeconds: take(keys.openaiTimeoutSeconds),
    openaiFetchesUrls: take(keys.openaiFetchesUrls),
    openaiFields: take(keys.openaiFields),
    chatTemplates: take(keys.chatTemplates),
    mcp: take(keys.mcp),
    privateNetwork: take(keys.privateNetwork),
    streaming: take(keys.streaming),
    cors: take(keys.cors),
    throttle: take(keys.throttle),
    logRetentionDays: take(keys.logRetentionDays),
    logLevel: take(keys.logLevel),
    runtime: take(keys.runtime),
    memory: take(keys.memory),
    reservedConcurrency: take(keys.reservedConcurrency),
    provisionedConcurrency: take(keys.provisionedConcurrency),
    canary: take(keys.canary),
    metrics: take(keys.metrics),
    dashboard: take(keys.dashboard),
    alarms: take(keys.alarms),
    alarmEmails: take(keys.alarmEmails),
    alarmTopicArn: take(keys.alarmTopicArn),
    alarmKmsKeyArn: take(keys.alarmKmsKeyArn),
    dailyCostAlarm: take(keys.dailyCostAlarm),
    latencyAlarm: take(keys.latencyAlarm),
    tracing: take(keys.tracing),
    restAccessLogs: take(keys.restAccessLogs),
    promptCaching: take(keys.promptCaching),
    defaultMaxOutput: take(keys.defaultMaxOutput),
  };
  return { values, own, problems, unread };
}

function bothSetAdvice(name: string, project: string): string {
  const other = `${productName}:${name}`;
  return `${project}:${name} and ${other} are both set, and mean the same. Remove one with: ${removeCommand(other)}`;
}

/** The entry that a key's example sets: the first of a list, or one of a map of maps. */
const exampleEntry = /(?<=--path '\w+)(?:\[0\]|\.[\w-]+(?=\.))/g;

/** The commands that fix a value: they set the invalid part, or remove what must not be there. */
function fixAdvice({ name, example }: Key<unknown, unknown>, value: string, fix: Fix): string {
  const whole = json(value);
  const isList = example.includes('[0]');
  // The CLI sets no entry of a list in a map, and none of a map in a list.
  if (example.startsWith('--path') && (isList ? isObject(whole) : Array.isArray(whole)))
    return `Set it with: ${removeCommand(name)} && ${setCommand(example)}`;
  const { place, remove: removed } = fix;
  const wrong = removed === undefined ? '' : `${place ?? ''}${removed}`;
  const removal = wrong === '' ? removeCommand(name) : removeCommand(`--path ${shellWord(`${name}${wrong}`)}`);
  if (removed) return `Remove it with: ${removal}`;
  const command = fix.example ?? (place === undefined ? example : example.replaceAll(exampleEntry, place));
  if (removed === '') return `Set it with: ${removal} && ${setCommand(command)}`;
  const advice = setAdvice(command);
  return ['', 'null', '[]'].includes(value) && name !== awsRegion.name ? `${advice}. ${removeAdvice(name)}` : advice;
}
