import { readBytes } from '../http/body.ts';
import { admit } from '../pipeline/admission.ts';
import { awsFront } from '../pipeline/aws-client.ts';
import type { Call } from '../request-context.ts';
import { invokeWay } from './invoke-ways.ts';
import { relay } from '../pipeline/relay.ts';
import type { HttpResponse } from '../http-values.ts';

/** Bedrock's InvokeModel: of any model with the caller's own key, else of embedding models and Anthropic's. */
export function invokeModel(call: Call): Promise<HttpResponse> {
  return invoked(call, { stream: false });
}

/** Bedrock's InvokeModelWithResponseStream, likewise; no embedding model streams. */
export function invokeModelStream(call: Call): Promise<HttpResponse> {
  return invoked(call, { stream: true });
}

async function invoked(call: Call, { stream }: { stream: boolean }): Promise<HttpResponse> {
  const { caller, read, targets } = await admit(call, async () => ({
    name: call.param('model'),
    body: readBytes(call.request),
  }));
  const asked = { call, caller, stream, body: read.body, id: call.services.newId() };
  return relay({
    call,
    front: awsFront,
    stream,
    name: read.name,
    targets,
    prepare: (target, signal) => invokeWay(asked, target, signal),
  });
}
