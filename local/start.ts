import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Announcement } from './announce.ts';
import { regionOf } from './bedrock/region.ts';
import { DEFAULT_REGION } from './command-line.mjs';
import type { ServerIdentity } from './edge/port.ts';
import { Edge } from './edge/server.ts';
import { createIam } from './iam/verify.ts';
import { makeBedrockKey } from './key.ts';
import { listen } from './listen.mjs';
import type { Options } from './options.ts';
import { lay } from './overlay.ts';
import { PRODUCT, inOwnNamespace, inProductNamespace, projectName } from './project.ts';
import { evaluate } from './program/evaluate.ts';
import { ACCOUNT } from './program/identity.ts';
import { readDeployment } from './program/read-deployment.ts';
import { parameterFile } from './ssm/parameter-file.ts';
import { startServices } from './services.ts';
import { readStackConfig, type StackConfig } from './stack-config.ts';
import { writeTrustFiles, type TrustFiles } from './tls/files.ts';
import { serverNames } from './tls/names.ts';

/** What has been started, to be undone in reverse. */
export type Cleanup = (() => Promise<void>)[];

/** A stack that is being served. */
export interface Started {
  readonly announcement: Announcement;
  readonly awsUrl: string;
}

/** Evaluates the program of a folder, and serves what it declares. */
export async function start(
  options: Options,
  { root, cleanup, log }: { root: string; cleanup: Cleanup; log: (text: string) => void },
): Promise<Started> {
  const project = projectName(root);
  const written = readStackConfig(root, { project, stack: options.stack });
  const own = inProductNamespace(written ?? {}, project);
  const region = options.region ?? own['aws:region'] ?? DEFAULT_REGION;
  const bedrock = regionOf(list(own, 'bedrockRegions')[0] ?? region);
  const made = makeBedrockKey(list(own, 'bedrockKeys')[0] ?? ACCOUNT);
  const apiKey = options.bedrock.kind === 'aws' ? options.bedrock.key : made;
  const { config, names } = lay(own, {
    region,
    // A file that says nothing, or has all of it in comments, is the demo's.
    isSetUp: Object.keys(own).length > 0,
    demo: bedrock,
    apiKey,
    hasParameter: options.modelsParameter !== undefined,
  });

  const folder = await mkdtemp(path.join(tmpdir(), `bedrock-gateway-${process.pid}-`));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  const program = (): Promise<unknown> => import(pathToFileURL(path.join(root, 'index.ts')).href);
  const resources = await evaluate(program, {
    project,
    stack: options.stack,
    config: inOwnNamespace(config, written ?? {}, project),
    region,
  });
  const deployment = await readDeployment(resources, { region, folder });

  const iam = createIam({ roles: deployment.roles });
  const secretArn = config[`${PRODUCT}:openaiKeyArn`];
  const { modelsParameter: file } = options;
  const modelsParameter = {
    name: config[`${PRODUCT}:modelsParameter`],
    value: file === undefined ? () => undefined : parameterFile(file, log),
  };
  const where = { region, bedrockRegion: bedrock.name, secretArn, modelsParameter };
  const endpoints = await startServices(options, { ...where, iam, apiKey: made, cleanup });
  const secured = options.https ? await secure(options.host, cleanup) : undefined;
  const edge = new Edge(deployment, { endpoints, iam, log, identity: secured?.identity });
  cleanup.push(() => edge.close());
  const port = await listen(edge.server, options);
  await edge.warm();

  const origin = `${secured ? 'https' : 'http'}://${hostName(options.host)}:${port}`;
  const isReal = options.bedrock.kind === 'aws';
  return {
    // Without a domain, everything is below the stage of the one API.
    awsUrl: deployment.domain ? origin : `${origin}/v1`,
    announcement: {
      ...names,
      baseUrl: `${origin}/v1`,
      apiKey: isReal ? null : made,
      throttledModel: isReal ? null : names.throttledModel,
      openaiModel: names.openaiModel ?? null,
      sagemakerModel: names.sagemakerModel ?? null,
      models: callable(config, bedrock.callable),
      caFile: secured?.trust.authority ?? null,
      caBundleFile: secured?.trust.bundle ?? null,
    },
  };
}

/** A certificate for the host, and the files that make clients trust it. */
async function secure(host: string, cleanup: Cleanup): Promise<{ identity: ServerIdentity; trust: TrustFiles }> {
  // Loaded here alone: most starts need no certificate.
  const { makeCertificates } = await import('./tls/certificates.ts');
  const { authority, ...identity } = makeCertificates(serverNames(host), Date.now());
  const { remove, ...trust } = await writeTrustFiles(authority);
  cleanup.push(remove);
  return { identity, trust };
}

/** What callers may ask for: the catalog's names, and Bedrock's own where the stack lets them through. */
function callable(config: StackConfig, bedrock: readonly string[]): string[] {
  const keys = Object.keys(JSON.parse(config[`${PRODUCT}:models`] ?? '{}'));
  const configured = keys.filter((key) => !key.endsWith('*'));
  return config[`${PRODUCT}:allowUnmappedBedrockModels`] === 'false' ? configured : [...configured, ...bedrock];
}

/** A list in the stack's config; empty when it is something else. */
function list(config: StackConfig, key: string): string[] {
  const value = config[`${PRODUCT}:${key}`] ?? '';
  return value.startsWith('[') ? JSON.parse(value).map(String) : [];
}

/** How a client on this machine reaches an interface. */
function hostName(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
