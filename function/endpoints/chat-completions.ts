import { usable } from '../auth/region.ts';
import { readJson } from '../http/body.ts';
import { targets } from '../catalog/resolve.ts';
import { chatToConverse } from '../translate/chat/index.ts';
import { mediaUrls } from '../translate/chat/to-converse/media-urls.ts';
import { chatRequest } from '../validate/chat-request.ts';
import type { Endpoint } from './endpoint.ts';
import { relay } from './relay.ts';

/** OpenAI's Chat Completions. */
export const chatCompletions: Endpoint = {
  method: 'POST',
  path: '/v1/chat/completions',
  async run(call) {
    // First of all: nobody without a usable key makes the gateway read, fetch or resolve anything.
    const caller = call.caller();
    const request = chatRequest(await readJson(call.request, { body: call.invocation.body }));
    const { catalog, config } = call.services;
    return relay({
      call,
      caller,
      request,
      stream: request.stream === true,
      name: request.model,
      // Before anything is fetched for them.
      targets: usable(caller, targets(request.model, catalog), config.bedrockRegions),
      mediaUrls: mediaUrls(request),
      translation: chatToConverse,
    });
  },
};
