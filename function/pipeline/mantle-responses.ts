import { familyOf } from '../catalog/families.ts';
import type { JsonBody } from '../http/body.ts';
import { passedResponses } from '../translate/responses/passed.ts';
import { needsConverse, nativeResponses, passedBody } from './passed-responses.ts';
import { responsesUsage } from './responses-usage.ts';
import type { Route } from './route.ts';
import { surfaceOf } from './routing.ts';
import { translate } from './translated-call.ts';

const atMantle = translate('mantle', {
  translation: passedResponses,
  usage: responsesUsage,
  surface(routed) {
    const { family, model } = routed.to.target;
    const { mantleBase } = familyOf(family ?? model);
    if (mantleBase === undefined) throw new Error('a route was taken that the model does not have');
    return surfaceOf('mantle')(routed).responses(mantleBase);
  },
  request: passedBody,
  details: () => ['mantle', 'responses'],
});

/**
 * The route of Responses to bedrock-mantle. A model that Converse serves as well goes there with what only Converse can take, and with what
 * bedrock-mantle does not serve, as in a region that lacks it.
 */
export function mantleRoute(converse: Route<JsonBody>): Route<JsonBody> {
  return {
    ...atMantle,
    async prepare(routed) {
      const { family, model } = routed.to.target;
      if (familyOf(family ?? model).onlyMantle) return atMantle.prepare(routed);
      const { body } = routed.request;
      if (needsConverse(body.value)) return converse.prepare(routed);
      const call = await atMantle.prepare(routed);
      return {
        ...call,
        async alternative(failure) {
          if (!nativeResponses.converseMayServe(failure, body)) return undefined;
          return { ...(await converse.prepare(routed)), reason: 'converse' };
        },
      };
    },
  };
}
