import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc64Nvme } from './crc64-nvme.ts';
import type { Headers } from './request.ts';
import { notEmulated, S3Error } from './s3-error.ts';

/** Checksum algorithms that are emulated, in the words of `x-amz-checksum-algorithm`. */
const hashers = {
  CRC32: () => {
    let value = 0;
    return {
      update: (bytes: Buffer): void => void (value = crc32(bytes, value)),
      digest: (): Buffer => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(value);
        return bytes;
      },
    };
  },
  CRC64NVME: () => new Crc64Nvme(),
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
} as const;

/** Name of a checksum algorithm. */
export type Algorithm = keyof typeof hashers;

/** A digest in the making. */
export interface Hasher {
  update(bytes: Buffer): unknown;
  digest(): Buffer;
}

/** What S3 computes where a client asks for no checksum (S3 user guide, "Checking object integrity", since December 2024). */
export const defaultAlgorithm: Algorithm = 'CRC64NVME';

/** A checksum that a request brings along: its value, or the name of the trailer that has it. */
export interface DeclaredChecksum {
  readonly algorithm: Algorithm;
  /** In base64; undefined for a trailer. */
  readonly value: string | undefined;
}

/** A digest of an algorithm that has seen nothing yet. */
export function hasherOf(algorithm: Algorithm): Hasher {
  return hashers[algorithm]();
}

/** The header of a checksum, such as `x-amz-checksum-crc32`. */
export function checksumHeader(algorithm: Algorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Reads an algorithm by its name in a header. Throws InvalidRequest, and NotImplemented for one that is not emulated. */
export function readAlgorithm(name: string): Algorithm {
  const found = Object.keys(hashers).find((each) => each === name);
  if (isAlgorithm(found)) return found;
  if (/^(?:CRC32C|MD5|SHA512|XXHASH\w+)$/.test(name)) throw notEmulated(`the checksum algorithm ${name}`);
  throw new S3Error(
    'InvalidRequest',
    'Checksum algorithm provided is unsupported. Please try again with a valid type.',
  );
}

function isAlgorithm(name: string | undefined): name is Algorithm {
  return name !== undefined && Object.hasOwn(hashers, name);
}

/** The checksum that the headers of a request declare, at most one. Throws InvalidRequest. */
export function declaredChecksum(headers: Headers): DeclaredChecksum | undefined {
  const names = [...headers.keys()].filter((name) => isChecksumHeader(name));
  const trailer = headers.get('x-amz-trailer');
  const [name = trailer, ...others] = names;
  if (others.length > 0 || (names.length > 0 && trailer !== undefined)) {
    const message = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
    throw new S3Error('InvalidRequest', message);
  }
  const announced = headers.get('x-amz-sdk-checksum-algorithm');
  if (name === undefined && announced === undefined) return undefined;
  if (name === undefined) {
    const message =
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.';
    throw new S3Error('InvalidRequest', message);
  }
  if (!isChecksumHeader(name))
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  const algorithm = readAlgorithm(name.slice('x-amz-checksum-'.length).toUpperCase());
  if (announced !== undefined && announced !== algorithm) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  const value = headers.get(name);
  if (value !== undefined) checkForm(name, value, algorithm);
  return { algorithm, value };
}

function isChecksumHeader(name: string): boolean {
  return /^x-amz-checksum-(?!algorithm$|type$|mode$)/.test(name);
}

/** Throws InvalidRequest for a text that is no checksum of the algorithm in base64. */
export function checkForm(name: string, value: string, algorithm: Algorithm): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') === value && bytes.length === hasherOf(algorithm).digest().length) return;
  throw new S3Error('InvalidRequest', `Value for ${name} header is invalid.`);
}
