import { createSageMaker, type SageMaker } from '../../../function/backends/sagemaker/sagemaker.ts';
import { createTransport } from '../../../function/backends/wire/transport.ts';
import type { CallContext } from '../../../function/backends/backend.ts';
import type { Outcome, Streamed } from '../../../function/dialects/outcome.ts';
import type { Answer } from '../loopback.ts';
import { signerOf, sts } from '../stack/sts.ts';
import { encoded } from '../wire/encoded.ts';

/** The backend against a server of this machine, signed by a spending role. */
export async function sagemaker(url: string, now?: () => number): Promise<SageMaker> {
  const signer = signerOf((await sts()).url, now);
  return createSageMaker({ region: 'us-west-2', endpoint: url, signer, transport: createTransport() });
}

/** The region is Bedrock's, and does not matter here. */
export function context(over: Partial<CallContext> = {}): CallContext {
  return {
    credential: { kind: 'stack' },
    model: 'my-endpoint',
    region: 'eu-west-1',
    signal: new AbortController().signal,
    ...over,
  };
}

/** What a container writes, in frames that end where the test says. */
export function part(bytes: string | Uint8Array): Buffer {
  const headers = {
    ':event-type': 'PayloadPart',
    ':content-type': 'application/octet-stream',
    ':message-type': 'event',
  };
  return encoded(headers, bytes);
}

/** Writes each piece on its own. */
export function streaming(...pieces: readonly Uint8Array[]): Answer {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    response.end();
  };
}

/** All items of a stream. */
export async function items<Event>(
  outcome: Outcome<AsyncIterable<readonly Streamed<Event>[]>>,
): Promise<readonly Streamed<Event>[]> {
  if (!outcome.ok) return [{ failure: outcome.failure }];
  const all: Streamed<Event>[] = [];
  for await (const batch of outcome.value) all.push(...batch);
  return all;
}
