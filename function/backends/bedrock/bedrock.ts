import type { Backend } from '../backend.ts';
import type { Signer } from '../stack/signer.ts';
import { endpointResolver } from '../wire/endpoint.ts';
import type { Transport } from '../wire/transport.ts';
import { controlPlane, type ControlPlane } from './control-plane.ts';
import { converse } from './converse.ts';
import { countTokens, invoke } from './invoke.ts';
import { listing, type Listing } from './listing.ts';
import { operate, type Operate } from './operations.ts';
import { sender } from './send.ts';

/** Amazon Bedrock: its runtime as a backend, and the control plane calls that list models. */
export interface Bedrock extends Required<Pick<Backend, 'invoke' | 'countTokens' | 'messages'>>, ControlPlane {
  readonly converse: Required<NonNullable<Backend['converse']>>;
  readonly listing: Listing;
  readonly operate: Operate;
  /** Opens one connection to the runtime, so that the first request need not wait for it. Never rejects. */
  warm(region: string): Promise<void>;
}

/** What the Bedrock backend needs: endpoints, the signer of the stack, and connections. */
export interface BedrockOptions {
  /** Base URLs to use instead of AWS's own, as in AWS_ENDPOINT_URL_BEDROCK_RUNTIME and AWS_ENDPOINT_URL_BEDROCK. */
  readonly endpoints?: { readonly runtime?: string | undefined; readonly control?: string | undefined };
  /** Signs calls that the stack pays; without a signer no such call is sent. */
  readonly signer?: Signer | undefined;
  /** The connections, which all backends share. */
  readonly transport: Transport;
}

/**
 * Creates the client of Bedrock. AWS's own client costs more than the whole gateway (docs/performance.md), reads credentials from the
 * environment and keeps the first caller's key; so requests are built here, and a contract test compares them with that client's.
 */
export function createBedrock({ endpoints, signer, transport }: BedrockOptions): Bedrock {
  const runtime = endpointResolver('bedrock-runtime', endpoints?.runtime);
  const toRuntime = sender({ transport, endpoint: runtime, signer });
  const toControl = sender({ transport, endpoint: endpointResolver('bedrock', endpoints?.control), signer });
  return {
    converse: converse(toRuntime),
    invoke: invoke(toRuntime),
    countTokens: countTokens(toRuntime),
    messages: {
      passthrough: async (request, context) =>
        (await import('./messages.ts')).passMessages(toRuntime, request, context),
    },
    operate: operate(toRuntime),
    ...controlPlane(toControl),
    listing: listing(toControl),
    warm: (region) => transport.warm(runtime(region).host).catch(() => undefined),
  };
}
