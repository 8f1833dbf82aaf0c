import { readText } from '../http/body.ts';
import { admit } from '../pipeline/admission.ts';
import { awsFront } from '../pipeline/aws-client.ts';
import { converseWay } from './converse-ways.ts';
import type { Call } from '../request-context.ts';
import { relay } from '../pipeline/relay.ts';
import type { HttpResponse } from '../http-values.ts';

/** Bedrock's Converse. */
export function converse(call: Call): Promise<HttpResponse> {
  return answered(call, { stream: false });
}

/** Bedrock's ConverseStream. */
export function converseStream(call: Call): Promise<HttpResponse> {
  return answered(call, { stream: true });
}

async function answered(call: Call, { stream }: { stream: boolean }): Promise<HttpResponse> {
  const { services } = call;
  const { caller, read, targets } = await admit(call, async () => ({
    name: call.param('model'),
    text: readText(call.request),
  }));
  const started = services.now();
  const stamp = {
    id: services.newId(),
    created: Math.floor(started / 1_000),
    elapsedMs: () => services.now() - started,
  };
  const asked = { call, caller, text: read.text, stamp };
  return relay({
    call,
    front: awsFront,
    stream,
    name: read.name,
    targets,
    prepare: (target, signal) => converseWay(asked, target, signal),
  });
}
