import { createHash, createHmac } from 'node:crypto';
import type { RoleCredentials } from '../config.ts';

/** A POST to a service that speaks AWS's JSON. */
export interface SignedPost {
  /** As it is sent. */
  readonly host: string;
  /** Encoded. */
  readonly path: string;
  /** The version of the protocol and the operation, such as `DynamoDB_20120810.UpdateItem`. */
  readonly target: string;
  readonly body: string;
}

/** Whose calls are signed, and for what. */
export interface SignatureOptions {
  readonly credentials: RoleCredentials;
  readonly region: string;
  /** The service's name in signatures. */
  readonly service: string;
}

/** Makes the headers of a request at a time, in milliseconds since the epoch, except `host`, which the transport writes. */
export type SignPost = (post: SignedPost, at: number) => Readonly<Record<string, string>>;

const contentType = 'application/x-amz-json-1.0';

/**
 * Signs by Signature Version 4 (AWS IAM, "Create a signed AWS API request") what counting needs, and no more: its requests all look alike,
 * and a general client or signer costs several times as much CPU as the rest of a short chat.
 */
export function postSigner({ credentials, region, service }: SignatureOptions): SignPost {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  let known: { readonly date: string; readonly key: Buffer } | undefined;

  function keyOf(date: string): Buffer {
    if (known?.date !== date) {
      const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
      known = { date, key: Buffer.from(key) };
    }
    return known.key;
  }

  return ({ host, path, target, body }, at) => {
    const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
    const date = time.slice(0, 8);
    const scope = `${date}/${region}/${service}/aws4_request`;
    const sent = {
      'content-type': contentType,
      'x-amz-date': time,
      ...(sessionToken !== '' && { 'x-amz-security-token': sessionToken }),
      'x-amz-target': target,
    };
    // In the order of the alphabet.
    const { 'content-type': type, ...others } = sent;
    const signed = Object.entries({ 'content-type': type, host, ...others });
    const names = signed.map(([name]) => name).join(';');
    const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
    const request = `POST\n${path}\n\n${lines}\n${names}\n${sha256(body)}`;
    const signature = createHmac('sha256', keyOf(date))
      .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(request)}`)
      .digest('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...sent, authorization };
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
