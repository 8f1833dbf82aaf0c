import { chatParams, checkNativeChat } from '../auth/spending-policy.ts';
import { ApiError } from '../errors.ts';
import type { HttpResponse } from '../http-values.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import type { RequestContext } from '../request-context.ts';
import { mantleRoute } from '../pipeline/mantle-responses.ts';
import { finishPassed, nativeResponses, passedBody } from '../pipeline/passed-responses.ts';
import { responsesUsage } from '../pipeline/responses-usage.ts';
import { passedResponses } from '../translate/responses/passed.ts';
import type { Backend } from '../backends/backend.ts';
import type { ResponsesRequest } from '../dialects/responses-request.gen.ts';
import { chatSurface, serverChat } from '../pipeline/chat-servers.ts';
import { finishConverse } from '../pipeline/finish-converse.ts';
import { asksStream, openAiBody } from '../pipeline/openai-body.ts';
import { relay } from '../pipeline/relay.ts';
import { inResponsesWords, includesEncrypted, mediaOfInput, type ResponsesBody } from '../pipeline/responses-body.ts';
import { responsesClient } from '../pipeline/responses-client.ts';
import type { ModelEndpoint, RoutedRequest } from '../pipeline/route.ts';
import { surfaceOf } from '../pipeline/routing.ts';
import { translate } from '../pipeline/translated-call.ts';
import { checkOpenAiFields } from '../pipeline/unsupported-fields.ts';
import { converseUsage, openAiUsage } from '../pipeline/usage.ts';
import { compose } from '../translate/compose.ts';
import { converseToChat } from '../translate/converse/index.ts';
import { responsesToConverse } from '../translate/responses/index.ts';
import { checkStored } from '../translate/responses/to-converse/fields.ts';
import { responsesRequest } from '../validate/responses-request.ts';

const toConverse = translate('converse', {
  translation: responsesToConverse,
  usage: converseUsage,
  surface: surfaceOf('converse'),
  request: readResponses,
  media: mediaOfInput,
  finish: finishConverse({ ...chatParams, s3Location: 'input' }),
  details: (_routed, { name }) => [name, 'converse'],
});

/** OpenAI's Responses, without what the stack stores of them. */
const answering: ModelEndpoint<ResponsesBody> = {
  client: responsesClient,
  idPrefix: 'resp_',
  countedAs: 'completions',
  read: openAiBody(responsesRequest),
  wantsStream: asksStream,
  check(routed) {
    checkStored(routed.request.body.value);
    const { backend, request } = routed;
    inResponsesWords(() => {
      if (isServedNatively(backend)) checkNativeChat(request.body.value);
      checkOpenAiFields(routed);
    });
  },
  onlyMantle: 'served',
  native: nativeResponses,
  routes: [
    translate('responses', {
      translation: passedResponses,
      usage: responsesUsage,
      surface: surfaceOf('responses'),
      request: passedBody,
      finish: finishPassed,
      details: () => ['responses'],
    }),
    mantleRoute(toConverse),
    toConverse,
    translate('chat', {
      translation: compose(responsesToConverse, converseToChat),
      usage: openAiUsage,
      surface: chatSurface,
      request: readResponses,
      media: mediaOfInput,
      finish: (sent, routed) => serverChat(sent, routed),
      details: ({ to }) => [to.target.chatTemplate === undefined ? 'chat' : 'completions'],
    }),
  ],
  unsupported: () =>
    new ApiError('This model answers no responses.', { status: 400, code: 'unsupported_model', param: 'model' }),
};

/** OpenAI's Responses. */
export const responses: Handler = {
  routes: answering.routes,
  run: (context) => (context.services.storage === undefined ? relay(answering, context) : storedResponse(context)),
};

/** Stacks that store nothing should not load what does. */
async function storedResponse(context: RequestContext): Promise<HttpResponse> {
  const { relayResponse } = await import('../pipeline/kept-responses.ts');
  return relayResponse(answering, context);
}

/** Whether a backend is Bedrock's own, which has Converse beside it. */
function isServedNatively({ responses: passed, converse }: Backend): boolean {
  return passed !== undefined && converse !== undefined;
}

function readResponses({ request }: RoutedRequest<ResponsesBody>): ResponsesRequest {
  const { value, isStored = false } = request.body;
  const typed = responsesRequest(value);
  return isStored ? { ...typed, include: includesEncrypted(typed.include) } : typed;
}
