import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import { BedrockGateway } from '../../infra/gateway.ts';
import { readSettings } from '../../infra/settings.ts';
import { findZone } from '../../infra/zone.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluate.ts';

/** One file of tests/golden/infra: a config, and what it declares. */
export interface Variant {
  /** Why this variant is here, and what it shows. */
  readonly why: string;
  /** As in a stack's file; lists and maps as they are. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Outputs of the stack, those that matter here. */
  readonly outputs?: object;
  /** Inputs of resources (`<type>::<name>`), those that matter here. */
  readonly has: Readonly<Record<string, object>>;
  /** Every resource, without the stack's own beginning. A changed line replaces something of a customer's. */
  readonly urns: readonly string[];
}

const folder = path.join(import.meta.dirname, '../golden/infra');

/** Every variant by its name. */
export const variants: [string, Variant][] = readdirSync(folder).map((file) => [
  path.basename(file, '.json'),
  JSON.parse(readFileSync(path.join(folder, file), 'utf8')),
]);

/** Evaluates the gateway with a variant's config, and stands in for its code. */
export function evaluated({ config }: Pick<Variant, 'config'>): Promise<Evaluation> {
  const text = asPulumiTellsIt(config);
  return evaluate(async () => {
    const code = new pulumi.asset.AssetArchive({ 'index.mjs': new pulumi.asset.StringAsset('export {};') });
    const settings = readSettings(text);
    const zoneId = await findZone(settings.domain);
    const { baseUrl, functionNames, logGroups, dnsTarget } = new BedrockGateway('bedrock-gateway', {
      settings,
      code,
      zoneId,
    });
    return { baseUrl, functionNames, logGroups, ...(dnsTarget && { dnsTarget }) };
  }, text);
}

/** A config as the engine hands it to a program: every value is text, JSON where it is a list or a map. */
export function asPulumiTellsIt(config: Variant['config']): Record<string, string> {
  const entries = Object.entries(config);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
