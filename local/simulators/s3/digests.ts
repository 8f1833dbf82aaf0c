import { createHash } from 'node:crypto';
import { checkForm, checksumHeader, hasherOf, type Algorithm, type DeclaredChecksum } from './checksums.ts';
import { malformedTrailer, type Payload } from './payload.ts';
import type { Headers } from './request.ts';
import { S3Error } from './s3-error.ts';

/** What a request says about its body. */
export interface Declared {
  /** SHA-256 in hex, under the signature; undefined where the body is not signed. */
  readonly sha256: string | undefined;
  /** In base64, from `content-md5`. */
  readonly md5: string | undefined;
  readonly checksum: DeclaredChecksum | undefined;
}

/** Reads what the headers say about the digests of a body. Throws InvalidDigest. */
export function declaredDigests(
  { payload, headers }: { readonly payload: string; readonly headers: Headers },
  checksum: DeclaredChecksum | undefined,
): Declared {
  const md5 = headers.get('content-md5');
  if (md5 !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(md5)) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': md5 });
  }
  return { sha256: /^[0-9a-f]{64}$/.test(payload) ? payload : undefined, md5, checksum };
}

/** Digests of bytes that have been read. */
export interface Digested {
  readonly size: number;
  readonly md5: Buffer;
  readonly checksum: Checksum;
}

/** A checksum of an object or a part, in base64; that of a multipart object may end in `-N`. */
export interface Checksum {
  readonly algorithm: Algorithm;
  readonly value: string;
}

/** Digests of bytes that pass. */
export class Digests {
  readonly #algorithm: Algorithm;
  readonly #md5 = createHash('md5');
  readonly #sha256 = createHash('sha256');
  readonly #checksum;
  #size = 0;

  constructor(algorithm: Algorithm) {
    this.#algorithm = algorithm;
    this.#checksum = hasherOf(algorithm);
  }

  update(bytes: Buffer): void {
    this.#size += bytes.length;
    for (const hasher of [this.#md5, this.#sha256, this.#checksum]) hasher.update(bytes);
  }

  /** The digests, if they are those that the request has declared, in its headers or its trailers. Throws an S3Error. */
  checked({ sha256, md5, checksum }: Declared, trailers: Payload['trailers']): Digested {
    const algorithm = this.#algorithm;
    const found = { size: this.#size, md5: this.#md5.digest(), sha256: this.#sha256.digest('hex') };
    const value = this.#checksum.digest().toString('base64');
    if (sha256 !== undefined && sha256 !== found.sha256) {
      throw new S3Error(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        { ClientComputedContentSHA256: sha256, S3ComputedContentSHA256: found.sha256 },
      );
    }
    if (md5 !== undefined && md5 !== found.md5.toString('base64')) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
        ExpectedDigest: md5,
        CalculatedDigest: found.md5.toString('base64'),
      });
    }
    const expected = checksum && (checksum.value ?? trailingValue(algorithm, trailers));
    if (expected !== undefined && expected !== value) {
      throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
    }
    return { size: found.size, md5: found.md5, checksum: { algorithm, value } };
  }
}

function trailingValue(algorithm: Algorithm, trailers: Payload['trailers']): string {
  const name = checksumHeader(algorithm);
  const value = trailers.get(name);
  if (value === undefined || trailers.size > 1) throw malformedTrailer();
  checkForm(name, value, algorithm);
  return value;
}
