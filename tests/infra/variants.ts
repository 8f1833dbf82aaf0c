import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import { Gateway } from '../../infra/gateway.ts';
import { readSettings } from '../../infra/settings.ts';
import { findZone } from '../../infra/zone.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluate.ts';

/** A file of tests/golden/infra: a config, and the resources that it declares. */
export interface Variant {
  /** The purpose of this variant. */
  readonly why: string;
  /** The config as in a stack's file, with lists and maps as JSON values. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The outputs of the stack that matter here. */
  readonly outputs?: object;
  /** The inputs of resources (`<type>::<name>`) that matter here. */
  readonly has: Readonly<Record<string, object>>;
  /** URNs of all resources, without the beginning that they share. A changed line replaces a resource of users. */
  readonly urns: readonly string[];
}

const folder = path.join(import.meta.dirname, '../golden/infra');

/** All variants by name. */
export const variants: [string, Variant][] = readdirSync(folder).map((file) => [
  path.basename(file, '.json'),
  JSON.parse(readFileSync(path.join(folder, file), 'utf8')),
]);

/** Evaluates the gateway with a variant's config and a placeholder for its code. */
export function evaluated({ config }: Pick<Variant, 'config'>): Promise<Evaluation> {
  const text = asPulumiTellsIt(config);
  return evaluate(async () => {
    const code = new pulumi.asset.AssetArchive({ 'index.mjs': new pulumi.asset.StringAsset('export {};') });
    const settings = readSettings(text, pulumi.getProject(), pulumi.getStack());
    const zoneId = await findZone(settings.domain);
    const { baseUrl, functionNames, logGroups, dnsTarget, adminKey, alertTopicArn, dashboardName } = new Gateway(
      'bedrock-gateway',
      {
        settings,
        code,
        zoneId,
      },
    );
    return {
      baseUrl,
      functionNames,
      logGroups,
      ...(dnsTarget && { dnsTarget }),
      ...(adminKey && { adminKey }),
      ...(alertTopicArn && { alertTopicArn }),
      ...(dashboardName && { dashboardName }),
    };
  }, text);
}

/** A config as the engine passes it to a program: every value is text, and JSON if it is a list or a map. */
export function asPulumiTellsIt(config: Variant['config']): Record<string, string> {
  const entries = Object.entries(config);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
