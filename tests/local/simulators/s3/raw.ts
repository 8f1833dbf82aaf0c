import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../../../local/iam/verify.ts';
import { Sha256 } from '../sha256.ts';

/** A request that AWS's client for S3 would not make. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly target: string;
  /** Headers under the signature; `x-amz-content-sha256` is that of no bytes without them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that are sent without being signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Signs a request for S3 in us-east-1, sends it, and gives the status and the code of the error. */
export async function sendRaw(
  { url, credentials }: { readonly url: string; readonly credentials: Credentials },
  { method, target, headers = {}, unsigned = {}, body = '' }: RawRequest,
): Promise<{ status: number | undefined; code: string | undefined }> {
  const { host, port } = new URL(url);
  const { pathname, searchParams } = new URL(target, url);
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials,
    uriEscapePath: false,
    sha256: Sha256,
  });
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname: host,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host, ...headers },
  });
  const outgoing = httpRequest({ port, method, path: target, headers: { ...signed.headers, ...unsigned } });
  const answer = Promise.withResolvers<{ status: number | undefined; code: string | undefined }>();
  outgoing.on('error', answer.reject).on('response', (response) => {
    text(response).then(
      (xml) => answer.resolve({ status: response.statusCode, code: /<Code>(\w+)</.exec(xml)?.[1] }),
      answer.reject,
    );
  });
  outgoing.end(body);
  return answer.promise;
}
