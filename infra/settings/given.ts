import { keys } from './keys.ts';
import type { Key } from './keys.ts';
import { Misfit, region } from './values.ts';

/** The stack's config as `pulumi.runtime.allConfig()` has it: full keys, values as text. */
export type StackConfig = Readonly<Record<string, string>>;

/** What the config says, key by key, with the defaults filled in. */
export type Given = ReturnType<typeof readKeys>['given'];

const NAMESPACE = 'bedrock-gateway:';

/** Reads every key by itself, and tells of each that cannot be read. */
export function readKeys(config: StackConfig) {
  const problems = strangers(config);
  const take = <T, D>(key: Key<T, D>, namespace = NAMESPACE): T | D => {
    const value = config[namespace + key.name];
    if (value === undefined) return key.absent;
    try {
      return key.read(value);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      problems.push(`${namespace}${key.name} ${error.message}. Set it with: pulumi config set ${key.example}`);
      return key.absent;
    }
  };
  const home = take({ name: 'region', read: region, absent: undefined, example: 'aws:region us-east-1' }, 'aws:');
  if (config['aws:region'] === undefined) {
    problems.push(
      'aws:region is not set: it says where the stack is built. Set it with: pulumi config set aws:region us-east-1',
    );
  }
  const given = {
    region: home ?? '',
    /** The keys that the config has, whatever they say: a default is no wish. */
    isSet: (name: keyof typeof keys): boolean => config[NAMESPACE + name] !== undefined,
    domain: take(keys.domain),
    subdomain: take(keys.subdomain),
    hostedZoneId: take(keys.hostedZoneId),
    dns: take(keys.dns),
    certificateArn: take(keys.certificateArn),
    bedrockRegions: take(keys.bedrockRegions) ?? [home ?? ''],
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
    chatTemplates: take(keys.chatTemplates),
    streaming: take(keys.streaming),
    cors: take(keys.cors),
    throttle: take(keys.throttle),
    logRetentionDays: take(keys.logRetentionDays),
    runtime: take(keys.runtime),
    memory: take(keys.memory),
    reservedConcurrency: take(keys.reservedConcurrency),
    provisionedConcurrency: take(keys.provisionedConcurrency),
    tracing: take(keys.tracing),
    restAccessLogs: take(keys.restAccessLogs),
    promptCaching: take(keys.promptCaching),
    defaultMaxOutput: take(keys.defaultMaxOutput),
  };
  return { given, problems };
}

/** Keys that nobody reads are most often misspelt ones, and would be ignored in silence. */
function strangers(config: StackConfig): string[] {
  const known = Object.keys(keys);
  return Object.entries(config)
    .filter(([full]) => full.startsWith(NAMESPACE) && !known.includes(full.slice(NAMESPACE.length)))
    .map(
      ([full, value]) =>
        renamed(full, value) ??
        `${full} is not a key of the gateway (${known.join(', ')}). Remove it with: pulumi config rm ${full}`,
    );
}

/** Earlier names of keys. Pulumi's CLI refuses values of keys called "secret" unless told that they are none. */
const RENAMED: ReadonlyMap<string, keyof typeof keys> = new Map([['openaiSecretArn', 'openaiKeyArn']]);

/** What to do about a key under its earlier name; undefined for any other key. */
function renamed(full: string, value: string): string | undefined {
  const old = full.slice(NAMESPACE.length);
  const name = RENAMED.get(old);
  if (name === undefined) return undefined;
  const set = `npx pulumi config set ${name} ${fits(keys[name], value) ? value : '<value>'}`;
  return `${full} is now called ${name}. Rename it with: ${set} && npx pulumi config rm ${old}`;
}

/** Whether a key may have a value: one that it may not have could be a pasted API key, and is not repeated. */
function fits(key: Key<unknown, unknown>, value: string): boolean {
  try {
    key.read(value);
    return true;
  } catch (error) {
    if (error instanceof Misfit) return false;
    throw error;
  }
}
