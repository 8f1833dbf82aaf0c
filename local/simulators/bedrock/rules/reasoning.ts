import { invalid, refusedByModel } from '../bedrock-error.ts';
import { isSigned, isSignedRedaction, regionOfRedaction } from '../signature.ts';
import { thinkingOf } from '../thinking.ts';
import type { Reasoning } from '../wire.ts';
import { placed, type RuleInput, type Rule } from './rule.ts';

/** Reasoning that comes back with the next turn: each family takes its own kind, byte for byte. */
export const reasoningRules: readonly Rule[] = [ownKind, comesFirst, toolLoopKeepsThinking];

type Check = (reasoning: Reasoning, at: string, region: string) => void;

const checks: Readonly<Record<RuleInput['target']['family']['reasoning'], Check>> = {
  none: (_, at) => {
    throw invalid(`This model doesn't support the reasoningContent block at ${at}. Remove it and try again.`);
  },
  hidden: noRedaction,
  text: noRedaction,
  signed: ({ reasoningText, redactedContent }, at) => {
    if (redactedContent !== undefined && !isSignedRedaction(redactedContent))
      throw refusedByModel(`${at}: Invalid \`data\` in \`redacted_thinking\` block`);
    if (reasoningText === undefined) return;
    if (reasoningText.signature === undefined) throw refusedByModel(`${at}.thinking.signature: Field required`);
    if (!isSigned(reasoningText.text, reasoningText.signature))
      throw refusedByModel(`${at}: Invalid \`signature\` in \`thinking\` block`);
  },
  redacted: ({ redactedContent }, at, region) => {
    if (redactedContent === undefined || !isSignedRedaction(redactedContent))
      throw refusedByModel(`${at}: only encrypted reasoning of this model is accepted`);
    if ((regionOfRedaction(redactedContent) ?? region) !== region)
      throw refusedByModel(JSON.stringify(foreignSignature));
  },
};

// The model's own error, as Bedrock repeats it.
const foreignSignature = {
  error: {
    code: 'validation_error',
    message: 'Encrypted content cannot be used in a different region from the one that created it.',
    param: null,
    type: 'invalid_request_error',
  },
};

function noRedaction({ redactedContent }: Reasoning, at: string): void {
  if (redactedContent !== undefined)
    throw invalid(`This model doesn't support redactedContent at ${at}. Remove it and try again.`);
}

function ownKind({ request, target }: RuleInput): void {
  for (const { block, at } of placed(request)) {
    if (block.reasoningContent !== undefined)
      checks[target.family.reasoning](block.reasoningContent, at, target.region);
  }
}

function comesFirst({ request: { messages = [] } }: RuleInput): void {
  messages.forEach(({ content }, index) => {
    const call = content.findIndex(({ toolUse }) => toolUse !== undefined);
    const late = content.findIndex(
      ({ reasoningContent }, place) => reasoningContent !== undefined && call >= 0 && place > call,
    );
    if (late >= 0)
      throw refusedByModel(`messages.${index}.content.${late}: reasoning must come before the tool calls of its turn`);
  });
}

// With a budget the turn that called the tools must still begin with its thinking; adaptive thinking is not so strict.
function toolLoopKeepsThinking({ request }: RuleInput): void {
  if (thinkingOf(request)?.['type'] !== 'enabled') return;
  const turns = request.messages ?? [];
  const answered = turns.at(-1)?.content.some(({ toolResult }) => toolResult !== undefined) === true;
  const [head] = turns.at(-2)?.content ?? [];
  if (!answered || head?.reasoningContent !== undefined) return;
  throw refusedByModel(
    `messages.${turns.length - 2}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${head?.toolUse === undefined ? 'text' : 'tool_use'}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
  );
}
