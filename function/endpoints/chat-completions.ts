import { readJson } from '../http/body.ts';
import { chatRequest } from '../validate/chat-request.ts';
import { asksStream } from './asks-stream.ts';
import { admit } from './admit.ts';
import { chatWay, mediaOnce, type ChatAsked } from './chat-ways.ts';
import type { Endpoint } from './endpoint.ts';
import { openAiFront } from './fronts.ts';
import { nativeFirst, needsConverse } from './native-first.ts';
import { relay } from './relay.ts';

/** OpenAI's Chat Completions. */
export const chatCompletions: Endpoint = {
  method: 'POST',
  path: '/v1/chat/completions',
  async run(call) {
    const { services } = call;
    const { caller, read, targets } = await admit(call, async () => {
      const body = await readJson(call.request, { body: call.invocation.body });
      const { model } = body.value;
      // Without a name, the validator says what is wrong.
      const name = typeof model === 'string' ? model : chatRequest(body.value).model;
      return { body, name, ...(!needsConverse(body.value) && { expand: nativeFirst }) };
    });
    const stamp = { id: `chatcmpl-${services.newId()}`, created: Math.floor(services.now() / 1_000) };
    const asked: ChatAsked = { call, caller, body: read.body, stamp, media: mediaOnce(services) };
    return relay({
      call,
      front: openAiFront,
      stream: asksStream(read.body.value),
      name: read.name,
      targets,
      prepare: (target, signal) => chatWay(asked, target, signal),
    });
  },
};
