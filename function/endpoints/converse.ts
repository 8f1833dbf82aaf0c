import { readText } from '../http/body.ts';
import { admit } from './admit.ts';
import { converseWay } from './converse-ways.ts';
import type { Endpoint } from './endpoint.ts';
import { awsFront } from './fronts.ts';
import { modelPath } from './model-path.ts';
import { relay } from './relay.ts';

/** Bedrock's Converse. */
export const converse = endpoint('converse', { stream: false });

/** Bedrock's ConverseStream. */
export const converseStream = endpoint('converse-stream', { stream: true });

function endpoint(operation: string, { stream }: { stream: boolean }): Endpoint {
  return {
    method: 'POST',
    path: modelPath(operation),
    errors: 'aws',
    async run(call) {
      const { services } = call;
      const { caller, read, targets } = await admit(call, async () => ({
        name: call.param('model'),
        text: await readText(call.request, { body: call.invocation.body }),
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
    },
  };
}
