import * as pulumi from '@pulumi/pulumi';

import { readSettings } from '../infra/settings.ts';
import type { Settings } from '../infra/settings.ts';
import { awsRegion } from '../infra/settings/keys.ts';
import { productName } from '../infra/settings/own-keys.ts';
import type { StackConfig } from '../infra/settings/own-keys.ts';
import { withoutCommands } from './advice.ts';
import type { BedrockGatewayArgs, Metrics } from './args.ts';

/**
 * The settings of a gateway with these arguments. Throws one error that Pulumi shows as text, with each problem, its argument and its fix.
 */
export function settingsOf(args: BedrockGatewayArgs): Settings {
  const config = configOf(args, pulumi.runtime.allConfig()[awsRegion.name]);
  try {
    return readSettings(config, productName, pulumi.getStack());
  } catch (error) {
    throw error instanceof Error ? new pulumi.RunError(withoutCommands(error.message)) : error;
  }
}

/**
 * The config of a stack that says the same as arguments; `stackRegion` counts if they name no region. Throws an error that Pulumi
 * shows as one line if a value is an output, which is not known yet.
 */
export function configOf({ region, ...args }: BedrockGatewayArgs, stackRegion: string | undefined): StackConfig {
  const { bedrockKeys, metrics, ...others } = args;
  const values: Partial<Record<keyof BedrockGatewayArgs, unknown>> = {
    ...others,
    ...(bedrockKeys !== undefined && { bedrockKeys: accounts(bedrockKeys) }),
    ...(metrics !== undefined && { metrics: metricsValue(metrics) }),
  };
  const config = Object.entries(values).flatMap(([name, value]) =>
    isAbsent(value) ? [] : [[`${productName}:${name}`, textOf(name, value)]],
  );
  const place = region ?? stackRegion;
  return { ...Object.fromEntries(config), ...(place !== undefined && { [awsRegion.name]: textOf('region', place) }) };
}

function accounts(keys: readonly string[]): string | readonly string[] {
  const [only = ''] = keys;
  return keys.length === 1 && ['any', 'none'].includes(only) ? only : keys;
}

/** `enabled` beside `projects` stays where it is unless it says what is the case anyway: the reader of the key refuses it. */
function metricsValue({ enabled = true, ...rest }: Metrics): unknown {
  if (rest.projects === undefined) return enabled;
  return enabled ? rest : { enabled, ...rest };
}

/** Other languages write null for what they leave out. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function textOf(name: string, value: unknown): string {
  if (hasOutput(value))
    throw new pulumi.RunError(
      `The argument ${name} of BedrockGateway has an output, and must be known when the program runs: write the value itself`,
    );
  return typeof value === 'string' ? value : JSON.stringify(value, (_, each: unknown) => each ?? undefined);
}

function hasOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOutput);
}
