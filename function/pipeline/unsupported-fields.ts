import type { Authorised } from '../auth/authorise.ts';
import { costlyOfConverse, costlyOfOpenAi } from '../auth/privileged-fields.ts';
import { checkElsewhere, checkOpenAiSpending, conversePlaces, placesIn } from '../auth/spending-policy.ts';
import type { Target } from '../catalog/catalog.ts';
import { factsOf } from '../catalog/targets.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import type { Services } from '../request-context.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * Throws a 400 for what a request of OpenAI's asks that its target cannot carry out, then for what the stack does not pay. What
 * passes to Bedrock on the caller's own key is for Bedrock to judge.
 */
export function checkOpenAi(
  body: Body,
  { target, credential }: Authorised<Target>,
  { known, catalog }: Pick<Services, 'known' | 'catalog'>,
): void {
  if (factsOf(target, known).paidWith === 'stack') {
    const found = costlyOfOpenAi(heard(body));
    checkElsewhere(found, catalog, placesIn(body, found));
  } else if (credential.kind === 'stack') checkOpenAiSpending(body, catalog);
}

/** Throws a 400 for fields of a Converse request that a server other than Bedrock cannot carry out; called after its translation. */
export function checkConverse(request: ConverseRequest, { catalog }: Pick<Services, 'catalog'>): void {
  checkElsewhere(costlyOfConverse(request), catalog, conversePlaces);
}

/** A body without the extension's fields for Bedrock's models: they are left out elsewhere, and named. */
function heard(body: Body): Body {
  const { bedrock } = body;
  if (typeof bedrock !== 'object' || bedrock === null) return body;
  return { ...body, bedrock: { ...bedrock, additionalModelRequestFields: undefined } };
}
