import { chatPlaces } from '../auth/spending-policy.ts';
import type { Authorised } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallContext } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import { completionsFailure } from '../translate/completions/from-converse/failure.ts';
import { completionsToConverse } from '../translate/completions/index.ts';
import { sameDialect } from '../translate/openai/same-dialect.ts';
import type { CompletionsDialect } from '../translate/translation.ts';
import { completionsRequest } from '../validate/completions-request.ts';
import { asksStream } from '../pipeline/asks-stream.ts';
import { admit, contextOf } from '../pipeline/admission.ts';
import { checkOpenAi } from '../pipeline/unsupported-fields.ts';
import { endsSseEvent } from './chat-servers.ts';
import type { Call } from '../request-context.ts';
import { exchangeFor, finishing } from '../pipeline/translation-context.ts';
import { openAiFront } from '../pipeline/openai-client.ts';
import { converseMeter, openAiMeter } from '../pipeline/usage.ts';
import { namedBody } from '../pipeline/openai-body.ts';
import { pipedWay } from '../pipeline/passthrough.ts';
import { relay } from '../pipeline/relay.ts';
import { shownTarget } from '../pipeline/target-label.ts';
import { serverBody } from '../pipeline/server-body.ts';
import { promptInTexts } from '../pipeline/token-texts.ts';
import { translatedWay } from '../pipeline/translated-call.ts';
import type { Way } from '../pipeline/prepared-call.ts';
import type { HttpResponse } from '../http-values.ts';

const completionsToCompletions = sameDialect<CompletionsDialect>(completionsFailure);

/** OpenAI's legacy completions. */
export async function completions(call: Call): Promise<HttpResponse> {
  const { caller, read, targets } = await admit(call, () => namedBody(call, completionsRequest));
  return relay({
    call,
    front: openAiFront,
    stream: asksStream(read.body.value),
    name: read.name,
    targets,
    prepare: (target, signal) => way({ call, caller, body: read.body }, target, signal),
  });
}

interface Asked {
  readonly call: Call;
  readonly caller: Caller;
  readonly body: JsonBody;
}

/** The way to one target: bytes where it speaks completions itself, else by translation. */
async function way(asked: Asked, to: Authorised<Target>, signal: AbortSignal): Promise<Way> {
  const { call, caller, body } = asked;
  const { services } = call;
  const { target } = to;
  const stamp = { id: `cmpl-${services.newId()}`, created: Math.floor(services.now() / 1_000) };
  const context = { ...contextOf(asked, to, signal), stamp };
  const { completions: own, converse } = services.backend(target.backend);
  checkOpenAi(body.value, to, services);
  if (own?.passthrough) return piped(asked, target, context);
  const request = completionsRequest(body.value);
  const known = { services, caller, stamp };
  if (own) {
    // Its own server knows its own tokens; a prompt for a template is text.
    const readable = target.chatTemplate === undefined ? request : await promptInTexts(request);
    const { body: sent, ignored } = serverBody(readable, 'completions', services.catalog);
    const translated = translatedWay({
      call,
      translation: completionsToCompletions,
      surface: own,
      meter: openAiMeter,
      exchange: await exchangeFor({ ...known, request: sent }, to, context),
      context,
      shown: shownTarget(target, 'completions'),
    });
    return { ...translated, ignored: [...translated.ignored, ...ignored] };
  }
  if (converse === undefined) throw noCompletions();
  const exchange = await exchangeFor({ ...known, request: await promptInTexts(request) }, to, context);
  return translatedWay({
    call,
    translation: completionsToConverse,
    surface: converse,
    meter: converseMeter,
    exchange,
    context,
    shown: shownTarget(target, exchange.family.name, 'converse'),
    ...finishing({ services, caller, places: chatPlaces }, context),
  });
}

/** Only backends that the stack pays have completions of their own, so the request is always written anew. */
function piped({ call, body }: Asked, target: Target, context: CallContext): Way {
  const surface = call.services.backend(target.backend).completions;
  if (surface?.passthrough === undefined) throw new Error('this surface passes nothing through');
  const shown = shownTarget(target, 'completions');
  const { body: sent, ignored } = serverBody(body.value, 'completions', call.services.catalog);
  return pipedWay({
    call,
    front: openAiFront,
    passthrough: surface.passthrough.bind(surface),
    body: JSON.stringify({ ...sent, model: target.model }),
    context,
    shown,
    ignored,
    endsEvent: endsSseEvent,
  });
}

function noCompletions(): ApiError {
  return new ApiError('This model takes no completions: use /v1/chat/completions.', {
    status: 400,
    code: 'unsupported_model',
    param: 'model',
  });
}
