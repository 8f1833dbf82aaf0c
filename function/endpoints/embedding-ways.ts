import type { Authorised } from '../auth/authorise.ts';
import type { Caller } from '../auth/caller.ts';
import type { Backend, CallContext } from '../backends/backend.ts';
import { embeddingFamilyOf } from '../catalog/embedding-families.ts';
import type { Target } from '../catalog/catalog.ts';
import type { Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import type { JsonBody } from '../http/body.ts';
import { holdsVectors, malformedReply, reply } from '../translate/embeddings/reply.ts';
import { invokeCalls } from '../translate/embeddings/request.ts';
import { label, userLabels } from '../translate/labels.ts';
import { embeddingsRequest } from '../validate/embeddings-request.ts';
import { contextOf } from '../pipeline/admission.ts';
import { checkOpenAi } from '../pipeline/unsupported-fields.ts';
import type { Call } from '../request-context.ts';
import { knownModel } from '../pipeline/translation-context.ts';
import { embeddingsFront } from './embeddings-front.ts';
import { pipedWay } from '../pipeline/passthrough.ts';
import { pool } from '../pipeline/pool.ts';
import { shownTarget } from '../pipeline/target-label.ts';
import { serverBody } from '../pipeline/server-body.ts';
import { inputInTexts } from '../pipeline/token-texts.ts';
import type { Answer, Way } from '../pipeline/prepared-call.ts';

/** An embeddings request as it came: what is needed of it depends on the target. */
export interface EmbeddingsAsked {
  readonly call: Call;
  readonly caller: Caller;
  readonly body: JsonBody;
}

/** The way to one target: bytes where it speaks embeddings itself, else by InvokeModel. */
export async function embeddingsWay(asked: EmbeddingsAsked, to: Authorised<Target>, signal: AbortSignal): Promise<Way> {
  const { target } = to;
  const context = contextOf(asked, to, signal);
  checkOpenAi(asked.body.value, to, asked.call.services);
  const { embeddings, invoke } = asked.call.services.backend(target.backend);
  if (embeddings) return piped(asked, target, { passthrough: embeddings.passthrough.bind(embeddings), context });
  if (invoke === undefined) throw noEmbeddings();
  return invoked(asked, target, { invoke, context });
}

/** Only backends that the stack pays have embeddings of their own, so the request is always written anew. */
function piped(
  { call, body }: EmbeddingsAsked,
  target: Target,
  { passthrough, context }: { passthrough: NonNullable<Backend['embeddings']>['passthrough']; context: CallContext },
): Way {
  const shown = shownTarget(target, 'embeddings');
  const { body: sent, ignored } = serverBody(body.value, 'embeddings', call.services.catalog);
  return pipedWay({
    call,
    front: embeddingsFront,
    passthrough,
    body: JSON.stringify({ ...sent, model: target.model }),
    context,
    shown,
    ignored,
  });
}

async function invoked(
  { call, caller, body }: EmbeddingsAsked,
  target: Target,
  { invoke, context }: { invoke: NonNullable<Backend['invoke']>; context: CallContext },
): Promise<Way> {
  const request = await inputInTexts(embeddingsRequest(body.value));
  const family = embeddingFamilyOf(await knownModel({ services: call.services, caller }, target, context));
  if (family === undefined) throw noEmbeddings();
  const { bodies, sizes, ignored } = invokeCalls(request, family);
  const user = label(request.user);
  const labels = user === undefined ? {} : { labels: { [userLabels.user]: user } };
  const ask = pool([...bodies.entries()], async ([at, each], signal) => {
    const outcome = await invoke.call(each, { ...context, ...labels, signal });
    // Known at once, so that the calls that are left are not made.
    return outcome.ok && !holdsVectors(outcome.value, family, sizes[at]) ? malformedReply : outcome;
  });
  return {
    shown: shownTarget(target, family.name, 'invoke'),
    ignored,
    async answer(): Promise<Outcome<Answer>> {
      const answers = await ask(context.signal);
      if (!answers.ok) return answers;
      const outcome = reply(answers.value, { request, family, sizes });
      if (!outcome.ok) return outcome;
      call.entry.inputTokens = outcome.value.usage.prompt_tokens;
      return { ok: true, value: { body: outcome.value } };
    },
    open: neverStreamed,
  };
}

/** Neither embeddings nor InvokeModel of them are streamed: no endpoint asks. */
export function neverStreamed(): never {
  throw new Error('embeddings are not streamed');
}

function noEmbeddings(): ApiError {
  return new ApiError(
    'This model makes no embeddings. (For the ARN of an application inference profile, the config of the stack can say which ' +
      'model is behind it, as the family of its entry.)',
    { status: 400, code: 'unsupported_model', param: 'model' },
  );
}
