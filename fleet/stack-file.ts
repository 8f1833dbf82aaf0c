import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { parse, stringify } from 'yaml';

import type { Customer } from './customers.ts';

/** Fields of a stack file that Pulumi writes: without them, secrets in the state could not be read. */
const encryption = ['secretsprovider', 'encryptionsalt', 'encryptedkey'] as const;

const header = '# Written by `npm run fleet` from the file of customers: change that file instead.\n';

/** The config of a customer's stack, as a stack file has it. */
export function stackConfig(
  customer: Customer,
  overrides: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const { account, role, externalId, region, tags, settings } = customer;
  const assumed = {
    roleArn: role,
    sessionName: 'bedrock-gateway-fleet',
    ...(externalId !== undefined && { externalId }),
  };
  const own = Object.entries({ ...settings, ...overrides }).map(([key, value]) => [`bedrock-gateway:${key}`, value]);
  return {
    'aws:region': region,
    // The provider refuses to work in another account, whatever the credentials are.
    ...(account !== undefined && { 'aws:allowedAccountIds': [account] }),
    ...(role !== undefined && { 'aws:assumeRoles': [assumed] }),
    ...(Object.keys(tags).length > 0 && { 'aws:defaultTags': { tags } }),
    ...Object.fromEntries(own),
  };
}

/**
 * Writes the stack file of a customer into the folder of the project; what Pulumi wrote there about encryption is kept. Returns a function
 * that puts back the file that was there; a new one stays.
 */
export function writeStackFile(folder: string, name: string, config: Readonly<Record<string, unknown>>): () => void {
  const file = path.join(folder, `Pulumi.${name}.yaml`);
  const old = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const before = old === undefined ? {} : contentOf(old);
  const kept = Object.fromEntries(encryption.flatMap((key) => (key in before ? [[key, before[key]]] : [])));
  const text = header + stringify({ ...kept, config }, { lineWidth: 0 });
  writeFileSync(file, text);
  return () => void (old === undefined || writeFileSync(file, old));
}

function contentOf(text: string): Readonly<Record<string, unknown>> {
  const content: unknown = parse(text);
  return typeof content === 'object' && content !== null ? { ...content } : {};
}
