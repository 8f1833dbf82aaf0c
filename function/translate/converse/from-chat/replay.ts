import type { ChatChunk, ChatReply } from '../../../dialects/chat.gen.ts';
import { withoutUndefined } from '../../without-undefined.ts';

/** The chunks that a stream of this reply would have had, for servers that cannot stream: one for each choice, and one that counts. */
export function replayChat({ id, created, model, choices, usage, service_tier }: ChatReply): ChatChunk[] {
  const frame = { id, created, model, object: 'chat.completion.chunk' as const, ...withoutUndefined({ service_tier }) };
  const chunks = choices.map(({ message, ...choice }): ChatChunk => {
    const { tool_calls, ...words } = message;
    const calls = tool_calls?.map((call, index) => Object.assign({ index }, call));
    const delta = { ...words, ...withoutUndefined({ tool_calls: calls }) };
    return { ...frame, choices: [{ ...choice, delta }] };
  });
  return usage === undefined ? chunks : [...chunks, { ...frame, choices: [], usage }];
}
