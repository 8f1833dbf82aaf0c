import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Announcement } from './announce.ts';
import { regionOf } from './bedrock/region.ts';
import { startBedrockSimulator } from './bedrock/simulator.ts';
import { Edge } from './edge/server.ts';
import { makeBedrockKey } from './key.ts';
import { listen } from './listen.ts';
import { DEFAULT_REGION, type Bedrock, type Options } from './options.ts';
import { lay } from './overlay.ts';
import { evaluate } from './program/evaluate.ts';
import { ACCOUNT } from './program/identity.ts';
import { readDeployment } from './program/read-deployment.ts';
import { readStackConfig, type StackConfig } from './stack-config.ts';

const PROJECT = 'bedrock-gateway';

/** What has been started, to be undone in reverse. */
export type Cleanup = (() => Promise<void>)[];

/** Evaluates the program of a folder, and serves what it declares. */
export async function start(
  options: Options,
  { root, cleanup, log }: { root: string; cleanup: Cleanup; log: (text: string) => void },
): Promise<Announcement> {
  const own = readStackConfig(root, { project: PROJECT, stack: options.stack });
  const region = options.region ?? own?.['aws:region'] ?? DEFAULT_REGION;
  const bedrock = regionOf(list(own, 'bedrockRegions')[0] ?? region);
  const { config, model, throttledModel } = lay(own ?? {}, { region, isSetUp: own !== undefined, demo: bedrock });

  const folder = await mkdtemp(path.join(tmpdir(), `bedrock-gateway-${process.pid}-`));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  const program = (): Promise<unknown> => import(pathToFileURL(path.join(root, 'index.ts')).href);
  const resources = await evaluate(program, { project: PROJECT, stack: options.stack, config, region });
  const deployment = await readDeployment(resources, { region, folder });

  const apiKey = makeBedrockKey(list(own, 'bedrockKeys')[0] ?? ACCOUNT);
  const endpoints = await bedrockEndpoints(options.bedrock, { apiKey, region: bedrock.name, cleanup });
  const edge = new Edge(deployment, { endpoints, log });
  cleanup.push(() => edge.close());
  const port = await listen(edge.server, options);
  await edge.warm();

  const isReal = options.bedrock.kind === 'aws';
  return {
    baseUrl: `http://${hostName(options.host)}:${port}/v1`,
    apiKey: isReal ? null : apiKey,
    model,
    throttledModel: isReal ? null : throttledModel,
    models: names(config, bedrock.callable),
  };
}

/** AWS's own variables for another place of a service; both planes of Bedrock are at one. */
async function bedrockEndpoints(
  bedrock: Bedrock,
  { apiKey, region, cleanup }: { apiKey: string; region: string; cleanup: Cleanup },
): Promise<Readonly<Record<string, string>>> {
  if (bedrock.kind === 'aws') return {};
  if (bedrock.kind === 'url') return endpointsAt(bedrock.url);
  const simulator = await startBedrockSimulator({ keys: () => [apiKey], region });
  cleanup.push(() => simulator.close());
  return endpointsAt(simulator.url);
}

function endpointsAt(url: string): Readonly<Record<string, string>> {
  return { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url, AWS_ENDPOINT_URL_BEDROCK: url };
}

/** What callers may ask for: the catalog's names, and Bedrock's own where the stack lets them through. */
function names(config: StackConfig, callable: readonly string[]): string[] {
  const configured = Object.keys(JSON.parse(config[`${PROJECT}:models`] ?? '{}'));
  return config[`${PROJECT}:allowUnmappedBedrockModels`] === 'false' ? configured : [...configured, ...callable];
}

/** A list in the stack's config; empty when it is something else. */
function list(config: StackConfig | undefined, key: string): string[] {
  const value = config?.[`${PROJECT}:${key}`] ?? '';
  return value.startsWith('[') ? JSON.parse(value).map(String) : [];
}

/** How a client on this machine reaches an interface. */
function hostName(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
