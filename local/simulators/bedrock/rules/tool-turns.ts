import { invalid, refusedByModel } from '../bedrock-error.ts';
import { asObject } from '../../../json.ts';
import type { ContentBlock, Message, ToolResult, ToolUse } from '../wire.ts';
import { placed, type RuleInput, type Rule } from './rule.ts';

/** Calls and their results in the conversation: all of one turn answered in the very next message, and nothing else. */
export const toolTurnRules: readonly Rule[] = [
  needsToolConfig,
  callsAreWellFormed,
  resultsAreWellFormed,
  everyCallIsAnswered,
  resultsComeFirst,
];

function needsToolConfig({ request }: RuleInput): void {
  const used = placed(request).some(({ block }) => block.toolUse !== undefined || block.toolResult !== undefined);
  if (used && request.toolConfig === undefined) {
    throw invalid('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
  }
}

function callsAreWellFormed({ request, target }: RuleInput): void {
  const seen = new Set<string>();
  for (const { block, at } of placed(request)) {
    if (block.toolUse === undefined) continue;
    const { toolUseId, input } = block.toolUse;
    if (asObject(input) === undefined) throw notAnObject(`${at}.toolUse.input`);
    if (hasReservedKey(input)) throw invalid(`The value at ${at}.toolUse.input contains the reserved key __type.`);
    if (target.family.toolIds?.test(toolUseId) === false)
      throw refusedByModel(`Tool call id was ${toolUseId} but must be a-z, A-Z, 0-9, with a length of 9.`);
    if (seen.has(toolUseId)) throw refusedByModel(`${at}: \`tool_use\` ids must be unique`);
    seen.add(toolUseId);
  }
}

function resultsAreWellFormed({ request, target }: RuleInput): void {
  for (const { block, at } of placed(request)) {
    if (block.toolResult === undefined) continue;
    const { content, status } = block.toolResult;
    if (content.length === 0)
      throw invalid(`The content field at ${at}.toolResult is empty. Add a content block and try again.`);
    if (status !== undefined && !target.family.richResults)
      throw invalid(`This model doesn't support the toolResult.status field at ${at}. Remove it and try again.`);
    content.forEach((item, place) =>
      checkResult(item, { at: `${at}.toolResult.content.${place}`, rich: target.family.richResults }),
    );
  }
}

function checkResult(item: ToolResult['content'][number], { at, rich }: { at: string; rich: boolean }): void {
  if ('json' in item && asObject(item.json) === undefined) throw notAnObject(`${at}.json`);
  if (hasReservedKey(item.json)) throw invalid(`The value at ${at}.json contains the reserved key __type.`);
  const media = item.image ?? item.document ?? item.video ?? item.searchResult;
  if (media !== undefined && !rich)
    throw invalid(`This model doesn't support media in tool results at ${at}. Remove it and try again.`);
}

function everyCallIsAnswered({ request }: RuleInput): void {
  const turns = (request.messages ?? []).filter(({ role }) => role !== 'system');
  turns.forEach((message, index) =>
    checkAnswers({ calls: callsOf(turns[index - 1]), results: resultsOf(message) }, index),
  );
  const open = callsOf(turns.at(-1));
  if (open.length > 0) throw expected(open, turns.length);
}

function checkAnswers({ calls, results }: { calls: string[]; results: string[] }, index: number): void {
  const unanswered = calls.filter((id) => !results.includes(id));
  if (unanswered.length > 0) throw expected(unanswered, index);
  if (results.length > calls.length) {
    throw invalid(
      `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
    );
  }
}

function expected(ids: readonly string[], index: number): Error {
  return invalid(`Expected toolResult blocks at messages.${index}.content for the following Ids: ${ids.join(', ')}`);
}

function resultsComeFirst({ request: { messages = [] } }: RuleInput): void {
  messages.forEach(({ content }, index) => {
    const blocks = content.filter(({ cachePoint }) => cachePoint === undefined);
    const last = blocks.findLastIndex(({ toolResult }) => toolResult !== undefined);
    if (blocks.slice(0, last + 1).some(({ toolResult }) => toolResult === undefined)) {
      throw refusedByModel(
        `messages.${index}: \`tool_result\` blocks must come before any other content of the message`,
      );
    }
  });
}

function callsOf(message: Message | undefined): string[] {
  return present(message, ({ toolUse }) => toolUse).map(({ toolUseId }) => toolUseId);
}

function resultsOf(message: Message): string[] {
  return present(message, ({ toolResult }) => toolResult).map(({ toolUseId }) => toolUseId);
}

function present<Part extends ToolUse | ToolResult>(
  message: Message | undefined,
  part: (block: ContentBlock) => Part | undefined,
): Part[] {
  return (message?.content ?? []).map(part).filter((found) => found !== undefined);
}

// Nested documents that name a type are taken for the service's own and refused.
function hasReservedKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key === '__type' || hasReservedKey(inner));
}

function notAnObject(at: string): Error {
  return invalid(`The format of the value at ${at} is invalid. Provide a json object for the field and try again.`);
}
