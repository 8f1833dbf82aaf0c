import { applySpendingPolicy, type ParamNames } from '../auth/spending-policy.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import type { RoutedRequest } from './route.ts';
import { spendingRules } from './spending-rules.ts';

/**
 * The last word on a translated Converse request that the stack pays for: the spending policy is applied to it. `params` names the fields
 * as the client wrote them. The returned function throws the ApiError 400 for a field that this caller may not set.
 */
export function finishConverse(
  params: ParamNames,
): (sent: ConverseRequest, routed: RoutedRequest<unknown>) => { readonly request: ConverseRequest } {
  return (sent, { request: { context }, call: { reads } }) => {
    const { services, caller } = context;
    return { request: applySpendingPolicy(sent, spendingRules(services), { params, callerId: caller.id, reads }) };
  };
}
