import { randomBytes } from 'node:crypto';
import { createApp } from './app.ts';
import type { Authenticator } from './auth/authenticate.ts';
import { backends } from './backends/registry.ts';
import { checkCatalog } from './catalog/check.ts';
import { readCatalog, readConfig } from './config.ts';
import type { Debug } from './debug.ts';
import type { LogEntry, Measure, Services, Unlogged } from './request-context.ts';
import { ApiError, errorBody } from './errors.ts';
import { entries } from './event/entries.ts';
import { json } from './http/json.ts';
import type { HttpResponse } from './http-values.ts';
import type { GatewayKeys } from './keys/load.ts';
import { createLog } from './log.ts';
import type { IssuerMetadata } from './mcp/issuer-metadata.ts';
import type { Names } from './names.ts';
import type { Metering } from './metering/load.ts';
import { createServices, withNames } from './services.ts';
import type { Storage } from './storage/storage.ts';

/** A connection in the same region opens within some tens of milliseconds. A start waits for no longer than this. */
const warmUpTimeoutMs = 1_000;

/** Without the names, requests for them are refused: worth a wait, though a start may take 10 s at most. */
const firstNamesTimeoutMs = 3_000;

const now = () => Date.now();
const random = () => Math.random();

// Not by console: where Lambda logs JSON it wraps the lines of console, and takes standard output as it is.
const config = readConfig(process.env);
const log = createLog((line) => process.stdout.write(line), {
  now,
  least: config.logLevel,
  // No start should load what writes metrics.
  measure: config.metricsNamespace === undefined ? undefined : loadMetrics,
});
const catalog = checkCatalog(readCatalog(import.meta.dirname), backends);
const debug = await debugging();
const keys = await issuedKeys();
const metering = await counting();
const services = createServices(config, catalog, {
  debug,
  authenticators: await furtherAuthenticators(),
  keys: keys?.directory,
  inProject: keys?.inProject,
  meter: metering?.meter,
  usage: metering?.reports,
  storage: fileStorage(),
  issuerMetadata: issuerMetadata(),
});
const names = await furtherNames();
const plain = createApp(names === undefined ? () => services : withNames(services, names), logged);
const app = debug ? debug.app(plain) : plain;

const lambda = entries(app, {
  now,
  refuse,
  onBroken: (cause, requestId) => log.broken(requestId, nameOf(cause)),
  flushLog: log.settled,
});

/** The handler behind the HTTP API: every answer whole. */
export const { buffered } = lambda;

/** The handler behind the REST API: every answer as it is made. */
export const streaming = awslambda.streamifyResponse(lambda.streaming);

// During init, which no caller's deadline counts, the first connection is opened, and further names are read.
await Promise.all([
  settledWithin(services.bedrock.warm(config.bedrockRegions[0]), warmUpTimeoutMs),
  ...(names === undefined ? [] : [settledWithin(names.settled(), firstNamesTimeoutMs)]),
]);

/** Few stacks have further names, and no start of the others should load what reads them. */
async function furtherNames(): Promise<Names | undefined> {
  const { modelsParameter: name } = config;
  if (name === undefined) return undefined;
  const { namesOf } = await import('./names.ts');
  return namesOf({ ...config, modelsParameter: name }, { backendFacts: backends, catalog }, { now, log: log.names });
}

/** Few stacks issue keys of their own, and no start of the others should load what knows them. */
async function issuedKeys(): Promise<GatewayKeys | undefined> {
  const { gatewayKeys: issuing } = config;
  if (issuing === undefined) return undefined;
  const { loadGatewayKeys } = await import('./keys/load.ts');
  return loadGatewayKeys(
    { ...config, gatewayKeys: issuing },
    { now, random, bytes: (size) => randomBytes(size), log: log.keys },
  );
}

/** Few stacks count requests, and no start of the others should load what does. */
async function counting(): Promise<Metering | undefined> {
  const { usageTable } = config;
  if (usageTable === undefined) return undefined;
  const { metering: load } = await import('./metering/load.ts');
  return load({ ...config, usageTable }, { catalog, now, random, log: log.usage });
}

/** Few requests have to do with files, and no start should load what serves them. */
function fileStorage(): Services['storage'] {
  const { storageBucket } = config;
  if (storageBucket === undefined) return undefined;
  let storage: Promise<Storage> | undefined;
  return () =>
    (storage ??= import('./storage/load.ts').then(({ loadStorage }) =>
      loadStorage({ ...config, storageBucket }, { settings: catalog.storage, now, log: log.storage }),
    ));
}

/** Few stacks publish the metadata of an issuer, and no start should load what reads it. */
function issuerMetadata(): Services['issuerMetadata'] {
  if (catalog.mcp === undefined) return undefined;
  let read: Promise<IssuerMetadata> | undefined;
  return async () => {
    read ??= import('./mcp/issuer-metadata.ts').then(({ issuerMetadataOf }) => issuerMetadataOf(services));
    return (await read)();
  };
}

/** What knows callers that few stacks have, in the order in which they are asked: no start of the others should load it. */
async function furtherAuthenticators(): Promise<Authenticator[]> {
  const issued = keys === undefined ? [] : [keys.authenticator];
  if (catalog.jwt === undefined) return issued;
  const { jwtAuthenticator } = await import('./auth/jwt/load.ts');
  const projects = keys && { findProject: keys.findProject };
  return [...issued, jwtAuthenticator(catalog.jwt, { now, ...projects })];
}

/** What few stacks do, and for a time: no start of the others should load it. */
async function debugging(): Promise<Debug | undefined> {
  if (config.logLevel !== 'debug') return undefined;
  const { createDebug } = await import('./debug.ts');
  return createDebug({ now, log: log.details });
}

async function loadMetrics(): Promise<Measure> {
  return (await import('./metrics/load.ts')).loadMeasure(process.env, catalog, now);
}

function logged(entry: LogEntry, unlogged?: Unlogged): void {
  debug?.done(entry);
  log.request(entry, unlogged);
}

async function settledWithin(promise: Promise<void>, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, over]);
  clearTimeout(timer);
}

/** The answer to an event without a readable request, or in place of one that broke. The app has not logged it, so this does. */
function refuse(cause: unknown, requestId: string): HttpResponse {
  const error =
    cause instanceof ApiError
      ? cause
      : new ApiError('The gateway failed to answer this request. Its log has the cause under this request id.', {
          status: 500,
          code: 'internal_error',
        });
  const reason = cause instanceof ApiError ? (cause.code ?? cause.type) : nameOf(cause);
  logged({ requestId, endpoint: 'unknown', method: 'unknown', status: error.status, latencyMs: 0, error: reason });
  const headers = { ...error.headers, 'x-request-id': requestId, 'x-content-type-options': 'nosniff' };
  return json(errorBody(error), { status: error.status, headers });
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : typeof cause;
}
