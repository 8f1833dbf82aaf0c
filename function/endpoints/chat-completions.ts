import type { Resolved } from '../catalog/resolve.ts';
import { familyOf } from '../catalog/families.ts';
import { readJson } from '../http/body.ts';
import { chatRequest } from '../validate/chat-request.ts';
import { admit } from './admit.ts';
import { chatWay, mediaOnce, type ChatAsked } from './chat-ways.ts';
import type { Endpoint } from './endpoint.ts';
import { openAiFront } from './fronts.ts';
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
      stream: read.body.value['stream'] === true,
      name: read.name,
      targets,
      prepare: (target, signal) => chatWay(asked, target, signal),
    });
  },
};

/** What OpenAI has no word for only Converse can take: the extension member, and reasoning that an earlier answer gave. */
function needsConverse({ bedrock, messages }: Readonly<Record<string, unknown>>): boolean {
  return bedrock !== undefined || (Array.isArray(messages) && messages.some(bringsReasoning));
}

/** Whether the model that answered before was reached by Converse, and its reasoning comes back: as text, or in an id. */
function bringsReasoning(message: unknown): boolean {
  const { reasoning_content: text, tool_calls: calls } = asObject(message);
  if (typeof text === 'string') return true;
  return Array.isArray(calls) && calls.some((call) => isCarrier(asObject(call)['id']));
}

function isCarrier(id: unknown): boolean {
  return typeof id === 'string' && carried(id) !== undefined;
}

/**
 * A model by its own id that Bedrock serves by Chat Completions goes there unchanged. Converse is next, for a region or a
 * model that turns out not to have it. In the catalog a target says itself which of the two it wants.
 */
function nativeFirst(resolved: Resolved): Resolved {
  const [target] = resolved.targets;
  if (resolved.mapped || !familyOf(target.model).nativeChat) return resolved;
  return { ...resolved, targets: [{ ...target, backend: 'bedrock-openai' }, target] };
}
