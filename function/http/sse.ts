/** The comment that keeps a silent stream alive: server-sent events call it a line that starts with a colon; clients skip it. */
export const keepAliveComment = ': keep-alive\n\n';

/** What OpenAI ends every stream with that went well. */
export const doneEvent = 'data: [DONE]\n\n';

/** Headers of every stream of ours: no intermediary may store or re-pack it. */
export const sseHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
};

/** One server-sent event. JSON has no raw line breaks, so one `data` line always holds it. */
export function sseEvent(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
