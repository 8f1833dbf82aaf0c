import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { defaultAlgorithm, type Algorithm } from './checksums.ts';
import { Digests, type Declared, type Digested } from './digests.ts';
import type { Payload } from './payload.ts';
import { S3Error } from './s3-error.ts';

/** Bytes that have arrived as a whole, in a file of their own, with digests that are as declared. */
export interface Received extends Digested {
  readonly file: string;
}

/** Where bytes go, and what is known about them. */
export interface Reception {
  readonly folder: string;
  readonly declared?: Declared;
  /** Algorithm of the checksum; the declared one, or S3's own, where there is none. */
  readonly algorithm?: Algorithm | undefined;
}

const nothingDeclared: Declared = { sha256: undefined, md5: undefined, checksum: undefined };

/** Writes bytes to a new file. Where they are not as declared, or end too early, it throws, and no file is left. */
export async function receive({ bytes, trailers }: Payload, reception: Reception): Promise<Received> {
  const { folder, declared = nothingDeclared } = reception;
  const digests = new Digests(reception.algorithm ?? declared.checksum?.algorithm ?? defaultAlgorithm);
  const file = path.join(folder, randomUUID());
  try {
    const handle = await open(file, 'wx');
    try {
      for await (const each of bytes) {
        digests.update(each);
        await handle.appendFile(each);
      }
    } finally {
      await handle.close();
    }
    return { file, ...digests.checked(declared, trailers) };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Reads a short body, which is text. Throws MalformedXML for one that is longer than so many bytes. */
export async function receiveText(
  { bytes, trailers }: Payload,
  { declared, most }: { readonly declared: Declared; readonly most: number },
): Promise<string> {
  const digests = new Digests(declared.checksum?.algorithm ?? defaultAlgorithm);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const each of bytes) {
    length += each.length;
    if (length > most) throw malformedXml();
    digests.update(each);
    pieces.push(each);
  }
  digests.checked(declared, trailers);
  return Buffer.concat(pieces).toString();
}

/** The refusal of a body that is no document of the operation's. */
export function malformedXml(): S3Error {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new S3Error('MalformedXML', message);
}
