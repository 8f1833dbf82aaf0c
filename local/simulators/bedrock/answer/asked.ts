import type { UserTurn } from '../../common/prose.ts';
import type { ConverseRequest } from '../wire.ts';

/** What the user's last turn asks and brings. */
export function askedBy(request: ConverseRequest): UserTurn {
  const blocks = request.messages?.findLast(({ role }) => role === 'user')?.content ?? [];
  const results = blocks.flatMap(({ toolResult }) => toolResult?.content ?? []);
  return {
    text: lastUserText(request),
    results: results.map(({ text, json }) => text ?? (json === undefined ? '' : JSON.stringify(json))),
    images: blocks.filter(({ image }) => image !== undefined).length,
    documents: blocks.map(({ document }) => document?.name).filter((name) => name !== undefined),
  };
}

/** The text of the user's last turn. */
export function lastUserText({ messages = [] }: ConverseRequest): string {
  const last = messages.findLast(({ role }) => role === 'user');
  return (last?.content ?? [])
    .map(({ text }) => text)
    .filter((text) => text !== undefined)
    .join(' ');
}
