import { rmSync } from 'node:fs';
import type { Bucket as Declared } from '../../deployment.ts';
import type { Algorithm } from './checksums.ts';
import type { Checksum } from './digests.ts';
import type { Received } from './receive.ts';
import { noSuchKey, preconditionFailed, S3Error } from './s3-error.ts';

/** An object; its bytes are in a file. */
export interface StoredObject {
  readonly file: string;
  readonly size: number;
  /** Without quotation marks. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Headers that are kept with it: its media type, its metadata and the like. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: ObjectChecksum;
}

/** The checksum of an object: of all its bytes, or of the checksums of its parts. */
export interface ObjectChecksum extends Checksum {
  readonly type: ChecksumType;
}

/** How the checksum of a multipart object is made. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A multipart upload that is neither complete nor aborted. */
export interface Upload {
  readonly key: string;
  readonly headers: StoredObject['headers'];
  /** Undefined where the client chose none. */
  readonly algorithm: Algorithm | undefined;
  readonly checksumType: ChecksumType;
  readonly parts: Map<number, Part>;
}

/** A part of an upload. */
export interface Part extends Received {
  readonly etag: string;
  readonly lastModified: Date;
}

/** What must hold for a key when a write is done: that it has no object, or one with this ETag. */
export type WriteCondition = { readonly kind: 'absent' } | { readonly kind: 'etag'; readonly etag: string };

/** A write that has begun. */
export interface Write {
  readonly key: string;
  readonly condition: WriteCondition | undefined;
  /** Whether the object of the key was deleted meanwhile. */
  isOvertaken: boolean;
}

/** A bucket and what is in it, without versions. */
export class Bucket {
  readonly name: string;
  readonly arn: string;
  readonly kmsKeyArn: string | undefined;
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();
  readonly #writes = new Set<Write>();

  constructor({ name, arn, kmsKeyArn }: Declared) {
    this.name = name;
    this.arn = arn;
    this.kmsKeyArn = kmsKeyArn;
  }

  /** The object of a key. Throws NoSuchKey. */
  object(key: string): StoredObject {
    const found = this.objects.get(key);
    if (found === undefined) throw noSuchKey(key);
    return found;
  }

  /** Does a write from its beginning to its end: what `make` resolves to becomes the object, if the condition holds then. */
  async write(
    { key, condition }: Pick<Write, 'key' | 'condition'>,
    make: () => Promise<StoredObject>,
  ): Promise<StoredObject> {
    const write = { key, condition, isOvertaken: false };
    this.#writes.add(write);
    try {
      const object = await make();
      this.#commit(write, object);
      return object;
    } finally {
      this.#writes.delete(write);
    }
  }

  /** Removes the object of a key, if there is one. */
  delete(key: string): void {
    const found = this.objects.get(key);
    if (found === undefined) return;
    this.objects.delete(key);
    rmSync(found.file, { force: true });
    for (const write of this.#writes) if (write.key === key) write.isOvertaken = true;
  }

  #commit(write: Write, object: StoredObject): void {
    const before = this.objects.get(write.key);
    try {
      check(write, before);
    } catch (error) {
      rmSync(object.file, { force: true });
      throw error;
    }
    this.objects.set(write.key, object);
    if (before !== undefined) rmSync(before.file, { force: true });
  }
}

/** Conditional writes (S3 user guide, "conditional-writes"): 409 only where a deletion came between. */
function check({ key, condition, isOvertaken }: Write, before: StoredObject | undefined): void {
  if (condition === undefined) return;
  if (isOvertaken) {
    const message = 'The conditional request cannot succeed due to a conflicting operation against this resource.';
    throw new S3Error('ConditionalRequestConflict', message, { Key: key });
  }
  if (condition.kind === 'absent' && before !== undefined) throw preconditionFailed('If-None-Match');
  if (condition.kind === 'absent') return;
  if (before === undefined) throw noSuchKey(key);
  if (before.etag !== condition.etag) throw preconditionFailed('If-Match');
}
