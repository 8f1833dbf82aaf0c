import { chatRequest } from '../validate/chat-request.ts';
import { asksStream } from '../pipeline/asks-stream.ts';
import { admit } from '../pipeline/admission.ts';
import { chatWay, mediaOnce, type ChatAsked } from './chat-ways.ts';
import type { Endpoint } from '../request-context.ts';
import { openAiFront } from '../pipeline/openai-client.ts';
import { namedBody } from '../pipeline/openai-body.ts';
import { nativeFirst } from './native-first.ts';
import { relay } from '../pipeline/relay.ts';

/** OpenAI's Chat Completions. */
export const chatCompletions: Endpoint = {
  method: 'POST',
  path: '/v1/chat/completions',
  async run(call) {
    const { services } = call;
    const { caller, read, mapped, targets } = await admit(call, () => namedBody(call, chatRequest));
    const stamp = { id: `chatcmpl-${services.newId()}`, created: Math.floor(services.now() / 1_000) };
    const asked: ChatAsked = { call, caller, body: read.body, stamp, media: mediaOnce({ services, caller }) };
    return relay({
      call,
      front: openAiFront,
      stream: asksStream(read.body.value),
      name: read.name,
      targets,
      prepare: (target, signal) => (mapped ? chatWay : nativeFirst)(asked, target, signal),
    });
  },
};
