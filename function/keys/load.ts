import type { Authenticator } from '../auth/authenticate.ts';
import { inActiveProject } from '../auth/active-project.ts';
import type { FindProject } from '../auth/projects.ts';
import type { InProject } from '../auth/registered-callers.ts';
import type { Config, KeyVariables } from '../config.ts';
import type { KeyDirectory } from './directory.ts';
import { projectFinder } from './find-project.ts';
import { keyAuthenticator } from './gateway-keys.ts';
import { keyReader } from './key-records.ts';
import { resting } from './resting.ts';
import { gatewayKeysConfig, type GatewayKeysConfig } from './settings.ts';
import type { KeyLog } from './store.ts';
import { createTable, type KeyTable } from './table.ts';

/** What a stack that issues keys is served with. */
export interface GatewayKeys {
  /** Knows the callers with keys of the stack. */
  readonly authenticator: Authenticator;
  /** Finds projects for authenticators of other tokens. */
  readonly findProject: FindProject;
  /** Does so for callers that the config lists. */
  readonly inProject: InProject;
  /** Manages the keys; only in the function that has the user pool. */
  readonly directory?: KeyDirectory;
}

/** Clock, chance and log of the function. */
export interface GatewayKeysOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to 1: spreads tries over time. */
  readonly random: () => number;
  /** Random bytes from which nobody can guess others: ids and secrets are made of them. */
  readonly bytes: (size: number) => Uint8Array;
  readonly log: KeyLog;
}

/** The config of a stack that issues keys. */
export type IssuingConfig = Pick<Config, 'region' | 'role' | 'endpoints'> & { readonly gatewayKeys: GatewayKeysConfig };

/**
 * Makes what serves the keys of the stack, by its variables. Opens no connection; to be loaded only by stacks that issue keys. Rejects where the
 * variables do not make sense.
 */
export function loadGatewayKeys(
  config: Omit<IssuingConfig, 'gatewayKeys'> & { readonly gatewayKeys: KeyVariables },
  options: GatewayKeysOptions,
): Promise<GatewayKeys> {
  return gatewayKeys({ ...config, gatewayKeys: gatewayKeysConfig(config.gatewayKeys) }, options);
}

/** Makes what serves the keys of the stack. Opens no connection; to be loaded only by stacks that issue keys. */
export async function gatewayKeys(config: IssuingConfig, options: GatewayKeysOptions): Promise<GatewayKeys> {
  const { gatewayKeys: stack, region, role, endpoints } = config;
  const { log, random, now } = options;
  const store = { region, credentials: role, log, retry: { random, wait } };
  const table = createTable({ ...store, table: stack.table, endpoint: endpoints.dynamodb });
  // Requests need AWS's client as soon as there are any. A start has time to load it, which no request waits for.
  const [directory] = await Promise.all([directoryOf(config, options, table), import('./dynamodb.ts')]);
  // The administration API asks the table each time: its callers are few, and want to know.
  const checked = resting(table, now);
  const findProject = projectFinder(checked, now);
  return {
    authenticator: keyAuthenticator({ stack: stack.stack, read: keyReader(checked, stack), log }),
    findProject,
    inProject: (caller) => inActiveProject(caller, findProject(caller.project ?? '')),
    ...(directory && { directory }),
  };
}

/** One function of a stack manages keys; the other should not load what that takes. */
async function directoryOf(
  { gatewayKeys: stack, region, role, endpoints }: IssuingConfig,
  { log, random, now, bytes }: GatewayKeysOptions,
  table: KeyTable,
): Promise<KeyDirectory | undefined> {
  const { userPoolId } = stack;
  if (userPoolId === undefined) return undefined;
  const [{ createKeyDirectory }, { createPool }] = await Promise.all([
    import('./key-directory.ts'),
    import('./pool.ts'),
  ]);
  const retry = { random, wait };
  const pool = createPool({ userPoolId, region, credentials: role, endpoint: endpoints.cognito, log, retry });
  return createKeyDirectory({ stack, table, pool, now, bytes, retry, log });
}

function wait(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
