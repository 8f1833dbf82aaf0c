import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { accountId } from './account.ts';
import type { Announcement } from './banner.ts';
import { regionOf } from './simulators/bedrock/region.ts';
import type { Deployment } from './deployment.ts';
import { asString } from './json.ts';
import { defaultRegion } from './command-line.mjs';
import type { ServerIdentity } from './edge/port.ts';
import { Edge } from './edge/server.ts';
import { createIam, type Iam } from './iam/verify.ts';
import { makeBedrockKey } from './bedrock-key.ts';
import { listen } from './listen.mjs';
import type { Options } from './options.ts';
import { createPlayground } from './playground/playground.ts';
import { Recorder } from './playground/recorder.ts';
import { overlayConfig, type DemoModels } from './overlay.ts';
import { outsideVpc } from './private-network.ts';
import { productName, inOwnNamespace, inProductNamespace, projectName } from './project.ts';
import { evaluate } from './program/evaluate.ts';
import { readDeployment } from './program/read-deployment.ts';
import { parameterFile } from './simulators/ssm/parameter-file.ts';
import type { Exchange } from './request-log.ts';
import { simulators, startServices, type Backend, type Services } from './simulators/index.ts';
import { readStackConfig, type StackConfig } from './stack-config.ts';
import { writeTrustFiles, type TrustFiles } from './tls/files.ts';
import { serverNames } from './tls/names.ts';

/** What has been started, to be undone in reverse. */
export type Cleanup = (() => Promise<void>)[];

/** A stack that is being served. */
export interface Started {
  readonly announcement: Announcement;
  /** What clients of AWS call the endpoint. */
  readonly awsUrl: string;
  /** The stack's names for models, and what is behind each. */
  readonly targets: readonly Target[];
  /** Services that answer models, and where each of them is. */
  readonly backends: readonly Backend[];
  /** Whether Bedrock's own ids pass beside them. */
  readonly passesIds: boolean;
  /** Where Bedrock is called, and whether anybody has said so. */
  readonly region: { readonly name: string; readonly isChosen: boolean };
}

/** A name of the catalog, which may end in `*`, and the model that answers under it. */
export interface Target {
  readonly name: string;
  /** Label of the backend, such as `Bedrock`. */
  readonly backend: string;
  /** Target without its backend, such as `amazon.nova-lite-v1:0`. */
  readonly model: string;
}

/** What starting needs beside the options. */
export interface Surroundings {
  readonly root: string;
  readonly cleanup: Cleanup;
  /** Takes what the functions log, and lines of the local stack's own. */
  readonly log: (text: string) => void;
  readonly served?: ((exchange: Exchange) => void) | undefined;
}

/** Evaluates the program of a folder, and serves what it declares. */
export async function start(options: Options, { root, cleanup, log, served }: Surroundings): Promise<Started> {
  const project = projectName(root);
  const written = readStackConfig(root, { project, stack: options.stack });
  const { config: own, note } = outsideVpc(inProductNamespace(written ?? {}, project));
  if (note !== undefined) log(note);
  const isReal = options.bedrock.kind === 'aws';
  const chosen =
    options.region ?? own['aws:region'] ?? (options.bedrock.kind === 'aws' ? options.bedrock.region : undefined);
  const region = chosen ?? defaultRegion;
  const bedrock = regionOf(list(own, 'bedrockRegions')[0] ?? region);
  const made = makeBedrockKey(list(own, 'bedrockKeys')[0] ?? accountId);
  const apiKey = options.bedrock.kind === 'aws' ? options.bedrock.key : made;
  const { config, names } = overlayConfig(own, {
    region,
    // A file that says nothing, or has all of it in comments, is the demo's.
    isSetUp: Object.keys(own).length > 0,
    isSimulated: !isReal,
    demo: isReal ? amazonModels(bedrock.name) : { ...bedrock, embeddingModel: 'cohere.embed-v4:0', isLikeAda: true },
    apiKey,
    hasParameter: options.modelsParameter !== undefined,
    cors: options.cors,
  });

  const folder = await mkdtemp(path.join(tmpdir(), `bedrock-gateway-${process.pid}-`));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  // Node evaluates a module once for each URL, and the program is to be evaluated for each stack.
  const url = `${pathToFileURL(path.join(root, 'index.ts')).href}?stack=${options.stack}`;
  const program = (): Promise<unknown> => import(url);
  const { resources, outputs } = await evaluate(program, {
    project,
    stack: options.stack,
    config: inOwnNamespace(config, written ?? {}, project),
    region,
  });
  const deployment = await readDeployment(resources, { region, folder });

  const iam = createIam({ roles: deployment.roles });
  const recorder = new Recorder(Date.now);
  const services = await serve(options, {
    recorder,
    config,
    deployment,
    iam,
    regions: { stack: region, bedrock: bedrock.name },
    apiKey: made,
    cleanup,
    log,
  });
  const secured = options.https ? await secure(options.host, cleanup) : undefined;
  const targets = targetsOf(config, services.backends);
  const beside = createPlayground(recorder, {
    stack: options.stack,
    apiKey: isReal ? null : made,
    model: names.model,
    names: targets.map(({ name }) => name).filter((name) => !name.endsWith('*')),
    recorded: services.backends.filter(({ place }) => place.kind === 'simulator').map(({ label }) => label),
  });
  const identity = secured?.identity;
  const edge = new Edge(deployment, { endpoints: services.variables, iam, log, identity, beside, served });
  cleanup.push(() => edge.close());
  const port = await listen(edge.server, options);
  await edge.warm();

  const origin = `${secured ? 'https' : 'http'}://${hostName(options.host)}:${port}`;
  const passesIds = config[`${productName}:allowUnmappedBedrockModels`] !== 'false';
  return {
    // Without a domain, everything is below the stage of the one API.
    awsUrl: deployment.domain ? origin : `${origin}/v1`,
    targets,
    backends: services.backends,
    passesIds,
    region: { name: bedrock.name, isChosen: chosen !== undefined || list(own, 'bedrockRegions').length > 0 },
    announcement: {
      ...names,
      baseUrl: `${origin}/v1`,
      apiKey: isReal ? null : made,
      adminKey: asString(outputs['adminKey']) ?? null,
      throttledModel: names.throttledModel ?? null,
      openaiModel: names.openaiModel ?? null,
      sagemakerModel: names.sagemakerModel ?? null,
      models: [
        ...targets.map(({ name }) => name).filter((name) => !name.endsWith('*')),
        // Which ids an account of AWS may use, only AWS knows: callers ask for the list with their key.
        ...(passesIds && !isReal ? bedrock.callable : []),
      ],
      caFile: secured?.trust.authority ?? null,
      caBundleFile: secured?.trust.bundle ?? null,
    },
  };
}

interface Serving {
  readonly recorder: Recorder;
  readonly config: StackConfig;
  readonly deployment: Deployment;
  readonly iam: Iam;
  /** Where the functions run, and where Bedrock is called. */
  readonly regions: { readonly stack: string; readonly bedrock: string };
  /** The Bedrock key that is valid on this machine. */
  readonly apiKey: string;
  readonly cleanup: Cleanup;
  readonly log: (text: string) => void;
}

/** Starts every service that the functions call and that is not elsewhere. */
function serve(
  { bedrock, openai, sagemaker, modelsParameter: file }: Options,
  { recorder, config, deployment, iam, regions, apiKey, cleanup, log }: Serving,
): Promise<Services> {
  const secretArn = config[`${productName}:openaiKeyArn`];
  const parameterName = config[`${productName}:modelsParameter`];
  const parameterValue = file === undefined ? () => undefined : parameterFile(file, log);
  // The only secret of this machine; that backend alone gets it.
  const openAiKey = (openai.kind === 'url' ? openai.key : undefined) ?? `sk-local-${randomBytes(24).toString('hex')}`;
  return startServices(simulators, {
    context: {
      iam,
      region: regions.stack,
      keys: () => [],
      secret: (arn) => (arn === secretArn ? openAiKey : undefined),
      parameter: (name) => (name === parameterName ? parameterValue() : undefined),
      tables: deployment.tables,
      userPools: deployment.userPools,
      topics: deployment.topics,
      buckets: deployment.buckets,
      stored: new Map(),
      log,
    },
    plans: {
      bedrock: { place: bedrock, context: { region: regions.bedrock, keys: () => [apiKey] } },
      'bedrock-mantle': { place: bedrock, context: { region: regions.bedrock, keys: () => [apiKey] } },
      openai: { place: openai, context: { keys: () => [openAiKey] } },
      sagemaker: { place: sagemaker },
    },
    observer: recorder.of,
    cleanup,
  });
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

/** Models of Amazon's own, which need neither a subscription nor a form: they answer in an account that is new. */
function amazonModels(region: string): DemoModels {
  const [, geography] = /^(us|eu|ap)-(?!gov|iso)/.exec(region) ?? [];
  const prefix = { us: 'us', eu: 'eu', ap: 'apac' }[geography ?? ''];
  return {
    model: prefix === undefined ? 'global.amazon.nova-2-lite-v1:0' : `${prefix}.amazon.nova-lite-v1:0`,
    throttledModel: undefined,
    embeddingModel: 'amazon.titan-embed-text-v2:0',
    isLikeAda: false,
  };
}

function targetsOf(config: StackConfig, backends: readonly Backend[]): Target[] {
  const models: Readonly<Record<string, { readonly target: string }>> = JSON.parse(
    config[`${productName}:models`] ?? '{}',
  );
  return Object.entries(models).map(([name, { target }]) => {
    const backend = backends.find((each) => target.startsWith(`${each.name}:`)) ?? backends[0];
    return { name, backend: backend?.label ?? '', model: target.slice(target.indexOf(':') + 1) };
  });
}

/** A list in the stack's config; empty when it is something else. */
function list(config: StackConfig, key: string): string[] {
  const value = config[`${productName}:${key}`] ?? '';
  return value.startsWith('[') ? JSON.parse(value).map(String) : [];
}

/** How a client on this machine reaches an interface. */
function hostName(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
