import { privilegedFieldsOfConverse, privilegedFieldsOfOpenAi } from '../auth/privileged-fields.ts';
import { checkOpenAiSpending, checkOutsideBedrock, converseParams, paramsIn } from '../auth/spending-policy.ts';
import { factsOf } from '../catalog/targets.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import type { JsonBody } from '../http/body.ts';
import type { RoutedRequest } from './route.ts';
import { spendingRules } from './spending-rules.ts';

/**
 * Throws an ApiError 400 for fields of a request in one of OpenAI's dialects that its target cannot carry out, then for those that the
 * stack does not pay for. What passes to Bedrock on the caller's own key is for Bedrock to judge.
 */
export function checkOpenAiFields({ request, to }: RoutedRequest<JsonBody>): void {
  if (to.credential.kind !== 'stack') return;
  const { value } = request.body;
  const { services } = request.context;
  const rules = spendingRules(services);
  if (factsOf(to.target, services.backendFacts).paidWith === 'stack') {
    const found = privilegedFieldsOfOpenAi(withoutModelFields(value));
    checkOutsideBedrock(found, rules, paramsIn(value, found));
  } else checkOpenAiSpending(value, rules);
}

/** Throws an ApiError 400 for fields of a Converse request that a server other than Bedrock cannot carry out. */
export function checkConverseFields(request: ConverseRequest, { request: { context } }: RoutedRequest<unknown>): void {
  checkOutsideBedrock(privilegedFieldsOfConverse(request), spendingRules(context.services), converseParams);
}

/** A body without the extension's fields for Bedrock's models: elsewhere they are left out, and named. */
function withoutModelFields(body: JsonBody['value']): JsonBody['value'] {
  const { bedrock } = body;
  if (typeof bedrock !== 'object' || bedrock === null) return body;
  return { ...body, bedrock: { ...bedrock, additionalModelRequestFields: undefined } };
}
