import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../../../local/iam/verify.ts';
import { Sha256 } from '../sha256.ts';

interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A call to Bedrock under a signature, where AWS's own client has no operation for it. */
export async function signed({ url, body, headers }: Post, credentials: Credentials): Promise<Response> {
  const { host, hostname, port, pathname, protocol } = new URL(url);
  const signer = new SignatureV4({
    service: 'bedrock',
    region: 'us-east-1',
    credentials,
    sha256: Sha256,
  });
  const request = {
    method: 'POST',
    protocol,
    hostname,
    port: Number(port),
    path: pathname,
    headers: { host, 'content-type': 'application/json', ...headers },
    body,
  };
  const { headers: all } = await signer.sign(request);
  return await fetch(url, { method: 'POST', headers: all, body });
}
