import type { Authenticator } from '../auth/authenticate.ts';
import type { Config, GatewayKeysConfig } from '../config.ts';
import { keyAuthenticator } from './gateway-keys.ts';
import { keyReader } from './key-records.ts';
import type { KeyLog } from './store.ts';
import { createTable } from './table.ts';

/** What the keys of a stack are served with. */
export interface GatewayKeys {
  readonly authenticator: Authenticator;
}

/** What is not in the config. */
export interface GatewayKeysOptions {
  /** From 0 to 1: spreads tries over time. */
  readonly random: () => number;
  readonly log: KeyLog;
}

/** The config of a stack that issues keys. */
export type IssuingConfig = Pick<Config, 'region' | 'role' | 'endpoints'> & { readonly gatewayKeys: GatewayKeysConfig };

/** Makes what serves the keys of the stack. Opens no connection; loaded only by stacks that issue keys. */
export function gatewayKeys(
  { gatewayKeys: keys, region, role, endpoints }: IssuingConfig,
  { random, log }: GatewayKeysOptions,
): GatewayKeys {
  const retry = { random, wait };
  const table = createTable({ table: keys.table, region, credentials: role, endpoint: endpoints.dynamodb, log, retry });
  return { authenticator: keyAuthenticator({ stack: keys.stack, read: keyReader(table, keys) }) };
}

function wait(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
