import { randomBytes } from 'node:crypto';
import { createReadStream, closeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { accountId } from '../../account.ts';
import { document } from '../common/query-xml.ts';
import { startServer, type Wire } from '../common/server.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { authenticate } from './authenticate.ts';
import { Bucket } from './bucket.ts';
import { Call, type Answer, type OpenFile } from './call.ts';
import { addressOf, readHead } from './request.ts';
import { routeOf, type Route } from './routes.ts';
import { S3Error } from './s3-error.ts';

/**
 * Amazon S3: objects and multipart uploads in the declared buckets, which are empty when it starts. Their bytes are in a temporary
 * folder, which is removed when it ends. What is not emulated is refused with NotImplemented. Rules of bucket policies that demand TLS
 * are not emulated, since everything here is plain HTTP on the loopback interface; lifecycle rules never act.
 */
export const s3Simulator = {
  name: 's3',
  urlVariables: ['AWS_ENDPOINT_URL_S3'],
  start,
} satisfies Simulator;

/** A call that is about to be answered. */
export interface S3Call {
  /** Such as `PutObject`. */
  readonly operation: string;
  readonly bucket: string;
  /** Empty for calls on the bucket. */
  readonly key: string;
}

/** What goes wrong with a call. */
export interface S3Fault {
  /** Answered instead; nothing is done. */
  readonly error?: S3Error;
  /** Answered under the status 200, once it is done, by an operation that does so: CopyObject or CompleteMultipartUpload. */
  readonly lateError?: S3Error;
  /** When the connection breaks: before anything is done, or after it, with the answer lost. */
  readonly breaks?: 'before' | 'after';
  /** After how many bytes of an object the connection breaks, or nothing more comes. */
  readonly cutsAfter?: number;
  readonly stallsAfter?: number;
}

interface Context
  extends Pick<SimulatorContext, 'iam' | 'region' | 'buckets'>, Partial<Pick<SimulatorContext, 'stored'>> {
  /** Decides what goes wrong; called before each call whose signature is good. A test holds a call with a promise. */
  readonly faults?: (call: S3Call) => S3Fault | undefined | Promise<S3Fault | undefined>;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

interface Settings extends Required<Context> {
  readonly folder: string;
}

async function start({
  clock = Date.now,
  faults = () => undefined,
  stored = new Map<string, Bucket>(),
  ...context
}: Context): Promise<RunningSimulator> {
  const folder = await mkdtemp(path.join(tmpdir(), `bedrock-gateway-s3-${process.pid}-`));
  for (const bucket of context.buckets) stored.set(bucket.name, new Bucket(bucket));
  const settings = { ...context, clock, faults, stored, folder };
  const server = await startServer((wire) => serve(wire, settings));
  return {
    url: server.url,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

async function serve({ incoming, response }: Wire, settings: Settings): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('x-amz-request-id', requestId).setHeader('x-amz-id-2', randomBytes(48).toString('base64'));
  try {
    const { call, route, fault } = await permitted(incoming, settings);
    if (fault.error) throw fault.error;
    if (fault.breaks === 'before') return void response.destroy();
    const answer = await route.answer(call);
    if (fault.lateError && route.answersEarly === true) {
      writeXml(response, 200, errorDocument(fault.lateError, requestId));
    } else await write({ incoming, response }, answer, fault);
  } catch (error) {
    refuse({ incoming, response }, refusalOf(error), requestId);
  }
}

async function permitted(
  incoming: IncomingMessage,
  { iam, region, stored, folder, clock: now, faults }: Settings,
): Promise<{ readonly call: Call; readonly route: Route; readonly fault: S3Fault }> {
  const head = readHead(incoming);
  const { bucket: name, key } = addressOf(head);
  const { caller, payload, headers } = authenticate(head, { iam, region, now: now() });
  const query = new Map(head.query);
  const route = routeOf({ method: head.method, key, query, headers });
  if (route.hasBody !== true) checkNoBody(payload, headers.get('content-length'));
  const bucket = stored.get(name);
  if (bucket === undefined) {
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
  }
  const owner = headers.get('x-amz-expected-bucket-owner') ?? accountId;
  if (owner !== accountId) throw new S3Error('AccessDenied', 'Access Denied');
  const fault = (await faults({ operation: route.operation, bucket: name, key })) ?? {};
  const given = { incoming, iam, caller, buckets: stored, bucket, key, query, headers, payload, folder, now };
  return { call: new Call(given), route, fault };
}

/** An operation without a body is signed with the digest of nothing, or with none. */
function checkNoBody(payload: string, length = '0'): void {
  if (length !== '0') throw new S3Error('NotImplemented', 'The local stack does not emulate a body in this operation.');
  if (payload === emptySha256 || payload === 'UNSIGNED-PAYLOAD') return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new S3Error('XAmzContentSHA256Mismatch', message);
}

async function write(
  { response }: Wire,
  { status, headers = {}, document: xml, file }: Answer,
  fault: S3Fault,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (fault.breaks === 'after') response.destroy();
  if (xml !== undefined) return writeXml(response, status, document(xml.root, xml.content, namespace));
  if (!response.destroyed) response.writeHead(status).flushHeaders();
  if (file !== undefined) await writeFile(response, file, fault.cutsAfter ?? fault.stallsAfter);
  if (fault.cutsAfter !== undefined) response.write('', () => response.destroy());
  else if (fault.stallsAfter === undefined) response.end();
}

/** Writes the bytes of a file, at most so many, and closes it. A client that hangs up is no failure. */
async function writeFile(response: Wire['response'], file: OpenFile, most = Infinity): Promise<void> {
  const { descriptor, first, last } = file;
  const end = Math.min(last, first + most - 1);
  if (end < first || response.destroyed) return closeSync(descriptor);
  const bytes = createReadStream('', { fd: descriptor, start: first, end });
  await pipeline(bytes, response, { end: false }).catch(() => {});
}

function writeXml(response: Wire['response'], status: number, xml: string): void {
  const text = xmlDeclaration + xml;
  response
    .writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

/** Writes a refusal. The rest of a body that nobody has read is not waited for: the connection ends. */
function refuse({ incoming, response }: Wire, error: S3Error, requestId: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  if (!incoming.complete) {
    response.setHeader('connection', 'close');
    incoming.resume();
  }
  if (incoming.method === 'HEAD' || error.status === 304) return void response.writeHead(error.status).end();
  writeXml(response, error.status, errorDocument(error, requestId));
}

function errorDocument({ code, message, details }: S3Error, requestId: string): string {
  return document('Error', { Code: code, Message: message, ...details, RequestId: requestId, HostId: 'local' });
}

function refusalOf(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  return new S3Error('InternalError', `The simulator failed: ${String(error)}`);
}
