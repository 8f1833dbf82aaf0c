import { isObject } from '../../dialects/json.ts';
import { foundationId } from '../../dialects/model-ids.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import { toWellFormedBody } from '../../dialects/well-formed.ts';
import type { CallContext, Mantle } from '../backend.ts';
import { nativeResponsesFailure } from '../bedrock-openai/failures.ts';
import { messagesFailure } from '../bedrock/messages.ts';
import { readContext, refusalOutcome, sender, type BedrockContext, type Operation } from '../bedrock/send.ts';
import type { Post, Posted } from '../openai/passthrough.ts';
import { responses } from '../openai/responses.ts';
import { readReply } from '../wire/body.ts';
import { endpointResolver } from '../wire/endpoint.ts';
import type { Transport } from '../wire/transport.ts';

/** What the client of bedrock-mantle needs. */
export interface BedrockMantleOptions {
  /** A base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_BEDROCK_MANTLE. */
  readonly endpoint?: string | undefined;
  readonly transport: Transport;
}

/** The client of bedrock-mantle. */
export type BedrockMantle = Mantle;

/** The path of Anthropic's count of tokens there (Bedrock user guide, "Anthropic Messages API"). */
const countPath = '/anthropic/v1/messages/count_tokens';

/** The only version of Anthropic's API that Bedrock takes. */
const anthropicVersion = '2023-06-01';

/**
 * Creates the client of bedrock-mantle, Bedrock's second endpoint for models. It is called with a caller's own key and nothing else: a
 * call that the stack would pay is an Error, since neither guardrail nor invocation logs of the stack hold there.
 */
export function createBedrockMantle({ transport, endpoint }: BedrockMantleOptions): BedrockMantle {
  const resolved = endpointResolver('bedrock-mantle', endpoint);
  const send = sender({ transport, endpoint: resolved, signer: undefined });

  async function sendTo(
    operation: Operation,
    context: BedrockContext,
    read?: Parameters<typeof refusalOutcome>[2],
  ): Promise<Outcome<Posted>> {
    if (context.credential.kind !== 'bearer') throw new Error('a call to bedrock-mantle has no key of its caller');
    const sent = await send(operation, context);
    if (!sent.ok) return sent;
    if (sent.value.statusCode !== 200) return refusalOutcome(sent.value, context, read);
    return { ok: true, value: { answer: sent.value, readContext: readContext(context) } };
  }

  const post: Post = (path, body, context) =>
    sendTo({ method: 'POST', path, body: toWellFormedBody(body) }, context, nativeResponsesFailure);

  return {
    responses(base) {
      const surface = responses(post, `${base}/responses`);
      return {
        call: (request, context) => surface.call(request, withMantleId(context)),
        open: (request, context) => surface.open(request, withMantleId(context)),
      };
    },
    async countTokens(request, context) {
      const body = toWellFormedBody(JSON.stringify({ ...request, model: withMantleId(context).model }));
      const headers = { 'anthropic-version': anthropicVersion };
      const posted = await sendTo({ method: 'POST', path: countPath, body, headers }, context, messagesFailure);
      return posted.ok ? readReply(posted.value.answer, posted.value.readContext) : posted;
    },
    async listModels(context) {
      const got = await sendTo({ method: 'GET', path: '/v1/models' }, context, nativeResponsesFailure);
      if (!got.ok) return got;
      const reply = await readReply(got.value.answer, got.value.readContext);
      return reply.ok ? { ok: true, value: idsIn(reply.value['data']) } : reply;
    },
  };
}

/** Ids have neither the prefix of a profile nor a date or a version there: `anthropic.claude-sonnet-4-5`, `openai.gpt-oss-120b`. */
function withMantleId(context: CallContext): CallContext {
  const model = foundationId(context.model).replace(/(?:-\d{8})?(?:-v\d+(?::\d+)?|-\d+:\d+)?$/, '');
  return { ...context, model };
}

/** The ids of a list of models; entries without one are left out. */
function idsIn(list: unknown): readonly string[] {
  const entries = Array.isArray(list) ? list.filter(isObject) : [];
  return entries.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
}
