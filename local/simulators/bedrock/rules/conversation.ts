import { invalid, refusedByModel } from '../bedrock-error.ts';
import type { Message } from '../wire.ts';
import { placed, isBlank, type RuleInput, type Rule } from './rule.ts';

/** How a conversation must be built: facts of the service, the same for every family but for prefill and system turns. */
export const conversationRules: readonly Rule[] = [
  hasMessages,
  startsAndAlternates,
  hasContent,
  hasNoBlankText,
  systemTurns,
  endsWithUser,
  systemField,
];

/** How a conversation may end, on every wire. */
export const endRules: readonly Rule[] = [endsWithUser];

function hasMessages({ request }: RuleInput): void {
  // Optional on the wire, for prompts kept on the server; without one there is nothing to answer.
  if (request.messages === undefined || request.messages.length === 0) {
    throw invalid('The messages field is required and cannot be empty. Add at least one message and try again.');
  }
  if (request.promptVariables !== undefined) {
    throw invalid('The promptVariables field can only be used with a prompt resource from Prompt management.');
  }
}

function startsAndAlternates({ request }: RuleInput): void {
  const turns = (request.messages ?? []).filter(({ role }) => role !== 'system');
  if (turns[0]?.role !== 'user') {
    throw invalid(
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    );
  }
  if (turns.some(({ role }, index) => index > 0 && role === turns[index - 1]?.role)) {
    throw invalid(
      'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
    );
  }
}

function hasContent({ request: { messages = [] } }: RuleInput): void {
  const empty = messages.findIndex(({ content }) => content.every((block) => block.cachePoint !== undefined));
  if (empty < 0) return;
  throw invalid(
    `The content field in the Message object at messages.${empty} is empty. Add a ContentBlock object to the content field and try again.`,
  );
}

function hasNoBlankText({ request }: RuleInput): void {
  const blank = placed(request).find(({ block }) => block.text !== undefined && isBlank(block.text));
  if (blank === undefined) return;
  throw invalid(
    `The text field in the ContentBlock object at ${blank.at} is blank. Add text to the text field, and try again.`,
  );
}

function systemTurns({ request, target }: RuleInput): void {
  const turn = request.messages?.findIndex(({ role }) => role === 'system') ?? -1;
  if (turn >= 0 && !target.family.systemTurns) {
    throw invalid(
      `This model doesn't support the role system at messages.${turn}. Use the system field and try again.`,
    );
  }
  const change = placed(request).find(({ block, message }) => isToolChange(block) && message.role !== 'system');
  if (change !== undefined) throw invalid(`The block at ${change.at} is only allowed in a message of the role system.`);
  const other = placed(request).find(
    ({ block, message }) => message.role === 'system' && !isToolChange(block) && block.text === undefined,
  );
  if (other !== undefined) throw invalid(`The block at ${other.at} is not allowed in a message of the role system.`);
}

function isToolChange(block: Message['content'][number]): boolean {
  return block.toolAddition !== undefined || block.toolRemoval !== undefined;
}

function endsWithUser({ request, target }: RuleInput): void {
  const last = request.messages?.findLast(({ role }) => role !== 'system');
  if (last?.role !== 'assistant') return;
  if (!target.family.prefill) {
    throw refusedByModel(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  const text = last.content.findLast(({ cachePoint }) => cachePoint === undefined)?.text;
  if (text !== undefined && text !== text.trimEnd()) {
    throw refusedByModel('messages: final assistant content cannot end with trailing whitespace');
  }
}

function systemField({ request, target }: RuleInput): void {
  if (request.system === undefined || request.system.length === 0) return;
  if (!target.family.system)
    throw invalid(
      "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
    );
  const blank = request.system.findIndex(({ text }) => text !== undefined && isBlank(text));
  if (blank >= 0) throw refusedByModel('system: text content blocks must contain non-whitespace text');
}
