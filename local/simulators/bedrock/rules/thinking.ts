import { invalid, refusedByModel } from '../bedrock-error.ts';
import { effortOf, isThinking, thinkingOf } from '../thinking.ts';
import { asObject } from '../../../json.ts';
import type { RuleInput, Rule } from './rule.ts';

/** How each family is asked to reason, and what else may then not be asked. */
export const thinkingRules: readonly Rule[] = [thinking, thinkingSampling, nova, efforts];

const effortLevels = ['low', 'medium', 'high', 'xhigh', 'max'];
// Anthropic's smallest thinking budget.
const minBudgetTokens = 1024;

function thinking({ request, target: { family } }: RuleInput): void {
  const asked = thinkingOf(request);
  if (asked === undefined) return;
  const type = String(asked['type']);
  if (!family.thinking.includes(type)) throw refusedByModel(`"thinking.type.${type}" is not supported for this model.`);
  const effort = effortOf(request);
  if (type === 'disabled' && (effort === 'xhigh' || effort === 'max'))
    throw refusedByModel('thinking: cannot be disabled with effort above high');
  const { display } = asked;
  if (display !== undefined && type === 'disabled')
    throw refusedByModel('thinking.disabled.display: Extra inputs are not permitted');
  if (display !== undefined && display !== 'summarized' && display !== 'omitted')
    throw refusedByModel(`thinking.${type}.display: Input should be 'omitted' or 'summarized'`);
  if (type === 'enabled') checkBudget(asked['budget_tokens'], request.inferenceConfig?.maxTokens ?? family.usualTokens);
}

function checkBudget(budget: unknown, limit = Infinity): void {
  if (typeof budget !== 'number' || !Number.isInteger(budget))
    throw refusedByModel('thinking.enabled.budget_tokens: Field required');
  if (budget < minBudgetTokens)
    throw refusedByModel('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  if (budget >= limit) throw refusedByModel('`max_tokens` must be greater than `thinking.budget_tokens`.');
}

function thinkingSampling({ request, target: { family } }: RuleInput): void {
  // The rule is Claude's, whose reasoning is signed.
  if (family.reasoning !== 'signed' || family.thinking.length === 0 || !isThinking(request, family)) return;
  const { temperature, topP } = request.inferenceConfig ?? {};
  if (temperature !== undefined && temperature !== 1)
    throw refusedByModel('`temperature` may only be set to 1 when thinking is enabled.');
  if (topP !== undefined && topP < 0.95)
    throw refusedByModel('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.');
  if (asObject(request.additionalModelRequestFields)?.['top_k'] !== undefined)
    throw refusedByModel('`top_k` must be unset when thinking is enabled.');
}

function nova({ request }: RuleInput): void {
  const config = asObject(request.additionalModelRequestFields)?.['reasoningConfig'];
  if (config === undefined) return;
  const { type, maxReasoningEffort } = asObject(config) ?? {};
  const levels = effortLevels.slice(0, 3);
  if (type !== 'enabled' && type !== 'disabled')
    throw invalid('Malformed input request: #/reasoningConfig/type: must be one of enabled, disabled');
  if (type === 'enabled' && !levels.includes(String(maxReasoningEffort))) {
    throw invalid(
      'Malformed input request: #/reasoningConfig: required key [maxReasoningEffort] not found, or not one of low, medium, high',
    );
  }
  if (type === 'disabled' && maxReasoningEffort !== undefined)
    throw invalid('Malformed input request: #/reasoningConfig/maxReasoningEffort: not allowed when disabled');
  const tuned = Object.keys(request.inferenceConfig ?? {}).find((name) =>
    ['temperature', 'topP', 'maxTokens'].includes(name),
  );
  if (maxReasoningEffort === 'high' && tuned !== undefined)
    throw invalid(`The ${tuned} field must be unset when maxReasoningEffort is high.`);
}

function efforts({ request, target: { family } }: RuleInput): void {
  const fields = asObject(request.additionalModelRequestFields) ?? {};
  if (request.outputConfig?.effort !== undefined && !family.effort)
    throw invalid("This model doesn't support the outputConfig.effort field. Remove it and try again.");
  const native = asObject(fields['output_config']);
  if (native?.['effort'] !== undefined && !family.effort)
    throw refusedByModel('output_config.effort: Extra inputs are not permitted');
  if (native?.['format'] !== undefined && !family.jsonFormat)
    throw refusedByModel('output_config.format: Extra inputs are not permitted');
  const effort = effortOf(request);
  if (effort !== undefined && !effortLevels.includes(effort))
    throw refusedByModel(`effort: Input should be one of ${effortLevels.join(', ')}`);
  checkOpenAiEffort(fields['reasoning_effort'] ?? asObject(fields['reasoning'])?.['effort'], 'reasoning' in fields);
}

// gpt-oss knows three levels; GPT-5.6 also none, xhigh and max.
function checkOpenAiEffort(effort: unknown, nested: boolean): void {
  if (effort === undefined) return;
  const known = ['low', 'medium', 'high', ...(nested ? ['none', 'xhigh', 'max'] : [])];
  if (typeof effort !== 'string' || !known.includes(effort))
    throw refusedByModel(`reasoning effort: Input should be one of ${known.join(', ')}`);
}
