import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import { endsSseEvent } from '../http/sse.ts';
import { anthropicClient } from '../pipeline/anthropic-client.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { checkHasMessages, countedAtMantle, countedMessages, messagesBody } from '../pipeline/messages-body.ts';
import { namedAnswer, namedStart } from '../pipeline/messages-name.ts';
import { MessagesUsage } from '../pipeline/messages-usage.ts';
import { asksStream, openAiBody } from '../pipeline/openai-body.ts';
import { passthroughCall } from '../pipeline/passthrough.ts';
import { relay } from '../pipeline/relay.ts';
import type { ModelEndpoint, Route } from '../pipeline/route.ts';
import { targetLabel } from '../pipeline/target-label.ts';
import { countCall } from '../pipeline/token-count.ts';

const passed: Route<JsonBody> = {
  kind: 'passthrough',
  surface: 'messages',
  async prepare(routed) {
    const usage = new MessagesUsage();
    const { name: model } = routed.request;
    let isStart = true;
    const filter = (events: Uint8Array) => {
      const noted = usage.note(events);
      if (!isStart) return noted;
      isStart = false;
      return namedStart(noted, model);
    };
    const sent = { ...(await messagesBody(routed)), filter };
    const call = passthroughCall('messages', {
      routed,
      sent,
      label: targetLabel(routed.to, 'messages'),
      options: { endsEvent: endsSseEvent, streamSummary: (ending) => usage.summary(ending) },
    });
    return { ...call, answer: async () => namedAnswer(await call.answer(), model) };
  },
};

/** Bedrock's own count, of models that it counts for; else that of bedrock-mantle, or an estimate, which a header names. */
const counted: Route<JsonBody> = {
  kind: 'passthrough',
  surface: 'countTokens',
  streams: false,
  async prepare(routed) {
    const label = targetLabel(routed.to, 'count-tokens');
    const sent = await countedMessages(routed);
    const call = passthroughCall('countTokens', { routed, sent, label });
    const atMantle = () => countedAtMantle(routed.request.body.value);
    return countCall(call, { routed, model: sent.model, write: (tokens) => ({ input_tokens: tokens }), atMantle });
  },
};

const endpoint: Omit<ModelEndpoint<JsonBody>, 'client'> = {
  idPrefix: '',
  countedAs: 'completions',
  read: openAiBody(() => {
    throw new ApiError('model: Field required', { status: 400, code: 'invalid_type', param: 'model' });
  }),
  wantsStream: asksStream,
  check: checkHasMessages,
  routes: [passed],
  unsupported: () => {
    throw new Error('a target without Messages was not refused by the check before');
  },
};

/** Anthropic's count of the tokens of a request. It is free, so the stack signs it for the callers and models that it pays for. */
export const countMessages: Handler = {
  routes: [counted],
  run: (context) =>
    relay(
      {
        ...endpoint,
        client: anthropicClient(context.invocation.requestId),
        countedAs: 'free',
        wantsStream: () => false,
        routes: [counted],
      },
      context,
    ),
};

/** Anthropic's Messages, as Bedrock itself serves them. */
export const anthropicMessages: Handler = {
  routes: endpoint.routes,
  run: (context) => relay({ ...endpoint, client: anthropicClient(context.invocation.requestId) }, context),
};
