import { readText } from '../http/body.ts';
import { admit } from './admit.ts';
import { awsFront } from './aws-front.ts';
import type { Call } from './endpoint.ts';
import { invokeWay } from './invoke-ways.ts';
import { relay } from './relay.ts';

/** Bedrock's InvokeModel: of any model with the caller's own key, else of embedding models. */
export async function invokeModel(call: Call): Promise<Response> {
  const { caller, read, targets } = await admit(call, async () => ({
    name: call.param('model'),
    text: await readText(call.request, { body: call.invocation.body, blob: true }),
  }));
  const asked = { call, caller, text: read.text, id: call.services.newId() };
  return relay({
    call,
    front: awsFront,
    stream: false,
    name: read.name,
    targets,
    prepare: (target, signal) => invokeWay(asked, target, signal),
  });
}
