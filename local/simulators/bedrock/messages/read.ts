import { BedrockError, invalid } from '../bedrock-error.ts';
import type { Target } from '../resolve.ts';
import { cachingRules } from '../rules/caching.ts';
import { imageRules } from '../rules/content.ts';
import { endRules } from '../rules/conversation.ts';
import { parameterRules } from '../rules/parameters.ts';
import { reasoningRules } from '../rules/reasoning.ts';
import type { Rule } from '../rules/rule.ts';
import { thinkingRules } from '../rules/thinking.ts';
import { toolConfigRules } from '../rules/tool-config.ts';
import { tokensOf } from '../tokens.ts';
import type { ConverseRequest } from '../wire.ts';
import { messagesRequest } from './check.ts';
import { toConverse } from './to-converse.ts';

const rules: readonly Rule[] = [
  ...endRules,
  ...imageRules,
  ...toolConfigRules,
  ...parameterRules,
  ...thinkingRules,
  ...reasoningRules,
  ...cachingRules,
];

/** Bedrock's own sentence before what a model says stands in answers of Converse alone. */
const modelErrorPrefix = 'The model returned the following errors: ';

/** A body in Anthropic's form as what the simulated models read, or what Bedrock refuses it with. Throws a BedrockError. */
export function readMessages(
  body: Readonly<Record<string, unknown>>,
  { target, streamed }: { target: Target; streamed: boolean },
): ConverseRequest {
  const given = messagesRequest(body, target);
  const request = toConverse(given);
  try {
    for (const rule of rules) rule({ request, target, streamed });
  } catch (error) {
    if (!(error instanceof BedrockError) || !error.message.startsWith(modelErrorPrefix)) throw error;
    throw invalid(error.message.slice(modelErrorPrefix.length));
  }
  if (tokensOf(request) > target.model.contextTokens) throw invalid('Input is too long for requested model.');
  if (given.tool_choice?.type !== 'none') return request;
  // Offered, and not to be called.
  const { toolConfig: _tools, ...rest } = request;
  return rest;
}
