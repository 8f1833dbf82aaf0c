import { invalid } from '../bedrock-error.ts';
import { tokensOf } from '../tokens.ts';
import { cachingRules } from './caching.ts';
import { contentRules } from './content.ts';
import { conversationRules } from './conversation.ts';
import { parameterRules } from './parameters.ts';
import { reasoningRules } from './reasoning.ts';
import type { RuleInput, Rule } from './rule.ts';
import { thinkingRules } from './thinking.ts';
import { toolConfigRules } from './tool-config.ts';
import { toolTurnRules } from './tool-turns.ts';

const rules: readonly Rule[] = [
  ...conversationRules,
  ...contentRules,
  ...toolConfigRules,
  ...toolTurnRules,
  ...parameterRules,
  ...thinkingRules,
  ...reasoningRules,
  ...cachingRules,
  fitsContext,
];

/** Refuses what Bedrock or the model would refuse of a request that is well formed. */
export function check(asked: RuleInput): void {
  for (const rule of rules) rule(asked);
}

function fitsContext({ request, target: { model } }: RuleInput): void {
  if (tokensOf(request) > model.contextTokens) throw invalid('Input is too long for requested model.');
}
