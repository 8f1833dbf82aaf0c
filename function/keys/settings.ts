import type { Environment, KeyVariables } from '../config.ts';

/** Where the gateway's own keys are kept, and what is known of the first admin key. */
export interface GatewayKeysConfig {
  /** The name of the stack, which keys have after `sk-`. */
  readonly stack: string;
  /** The name of the DynamoDB table. */
  readonly table: string;
  /** The id of the Cognito user pool; absent in a function that only checks keys. */
  readonly userPoolId?: string;
  /** SHA-256 of the first admin key's secret, in hex. */
  readonly adminSha256: string;
  readonly adminGeneration: number;
}

/** Checks the variables of gateway keys, which are set together. Throws when some of them are missing or no such values. */
export function gatewayKeysConfig(variables: KeyVariables): GatewayKeysConfig {
  const { KEY_STACK: stack, USER_POOL_ID: userPoolId } = variables;
  if (!stack) {
    const alone = Object.entries(variables).find(([, value]) => value);
    throw new Error(`${alone?.[0]} is set without KEY_STACK: deploy the stack again.`);
  }
  const table = needed(variables, 'KEY_TABLE');
  const adminSha256 = needed(variables, 'ADMIN_KEY_SHA256');
  if (!/^[0-9a-f]{64}$/.test(adminSha256)) throw wrong('ADMIN_KEY_SHA256', 'a SHA-256 hash in hex');
  const adminGeneration = Number(needed(variables, 'ADMIN_KEY_GENERATION'));
  if (!Number.isSafeInteger(adminGeneration) || adminGeneration < 1)
    throw wrong('ADMIN_KEY_GENERATION', 'a whole number from 1');
  return { stack, table, ...(userPoolId && { userPoolId }), adminSha256, adminGeneration };
}

function needed(variables: KeyVariables, name: keyof KeyVariables): string {
  const value = variables[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is missing: deploy the stack again.`);
  return value;
}

function wrong(name: keyof Environment, expected: string): Error {
  return new Error(`${name} must be ${expected}: deploy the stack again.`);
}
