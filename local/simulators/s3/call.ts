import type { IncomingMessage } from 'node:http';
import { deniedMessage } from '../../iam/denied.ts';
import type { Caller, Iam } from '../../iam/verify.ts';
import type { Content } from '../common/query-xml.ts';
import type { Bucket } from './bucket.ts';
import type { DeclaredChecksum } from './checksums.ts';
import { declaredDigests } from './digests.ts';
import { payloadOf } from './payload.ts';
import { receive, receiveText, type Received, type Reception } from './receive.ts';
import type { Headers } from './request.ts';
import { S3Error } from './s3-error.ts';

/** A request whose signature is good, on its way to an operation. */
export interface Arguments {
  readonly incoming: IncomingMessage;
  readonly iam: Pick<Iam, 'allows'>;
  readonly caller: Caller;
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly bucket: Bucket;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Headers;
  /** See `Authenticated`. */
  readonly payload: string;
  /** Where the bytes of objects are. */
  readonly folder: string;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** An answer: nothing, a document by its root, or part of a file that is open. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly document?: { readonly root: string; readonly content: Content };
  readonly file?: OpenFile;
}

/** A file by its descriptor, and the first and the last byte that are asked for; of no bytes, the last comes before the first. */
export interface OpenFile {
  readonly descriptor: number;
  readonly first: number;
  readonly last: number;
}

/** One call of an operation. */
export class Call {
  readonly query: Arguments['query'];
  readonly headers: Headers;
  readonly bucket: Bucket;
  readonly buckets: Arguments['buckets'];
  readonly key: string;
  readonly folder: string;
  readonly #arguments: Arguments;

  constructor(given: Arguments) {
    this.#arguments = given;
    this.query = given.query;
    this.headers = given.headers;
    this.bucket = given.bucket;
    this.buckets = given.buckets;
    this.key = given.key;
    this.folder = given.folder;
  }

  get now(): Date {
    // Times of S3 are whole seconds.
    return new Date(Math.floor(this.#arguments.now() / 1000) * 1000);
  }

  /** Whether the caller may do this to a resource, by the ARN. */
  may(action: string, arn: string, context: Readonly<Record<string, string>> = {}): boolean {
    return this.#arguments.iam.allows(this.#arguments.caller, action, { arn, context });
  }

  /** Throws AccessDenied where the caller may not do this to a resource. */
  demand(action: string, arn: string, context: Readonly<Record<string, string>> = {}): void {
    if (this.may(action, arn, context)) return;
    const resource = `"${arn}"`;
    throw new S3Error('AccessDenied', deniedMessage({ user: this.#arguments.caller.roleArn, action, resource }));
  }

  /** Throws AccessDenied where the caller may not do this to the object of the key. */
  demandOnObject(action: string, { bucket, key }: { bucket: Bucket; key: string } = this): void {
    this.demand(action, `${bucket.arn}/${key}`);
  }

  /** Writes the body to a file, and checks it. Throws an S3Error, and leaves no file then. */
  receive(checksum: DeclaredChecksum | undefined, algorithm?: Reception['algorithm']): Promise<Received> {
    const { incoming, folder } = this.#arguments;
    const declared = declaredDigests(this.#arguments, checksum);
    return receive(payloadOf(incoming, this.#arguments), { folder, declared, algorithm });
  }

  /** Reads a body of at most so many bytes as text, and checks it. */
  receiveText(most: number): Promise<string> {
    const declared = declaredDigests(this.#arguments, undefined);
    return receiveText(payloadOf(this.#arguments.incoming, this.#arguments), { declared, most });
  }
}
