import type { ServerContext } from '@modelcontextprotocol/server';

/** Tells a client how far an answer has come. */
export interface ToldProgress {
  /** Takes new text of the answer. */
  readonly add: (text: string) => void;
  /** Resolves when what was told is on its way: it must not follow the result. */
  readonly settled: () => Promise<void>;
}

/** Each notification is an event of its own, which clients show to people: two a second are enough. */
const intervalMs = 500;

/**
 * Notifications for a client that asked for them, at most one in half a second: `progress` counts the characters of the answer so far, and
 * `message` is the text that is new. Undefined where nobody asked.
 */
export function progressOf(
  { _meta, notify }: Pick<ServerContext['mcpReq'], '_meta' | 'notify'>,
  now: () => number,
): ToldProgress | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let held = '';
  let progress = 0;
  let toldAt = -Infinity;
  let sent: Promise<void> = Promise.resolve();
  return {
    add(text) {
      held += text;
      progress += text.length;
      if (now() - toldAt < intervalMs) return;
      toldAt = now();
      const params = { progressToken, progress, message: held };
      held = '';
      // A client that is gone is told nothing more; its call ends by the signal.
      sent = sent.then(() => notify({ method: 'notifications/progress', params })).catch(() => {});
    },
    settled: () => sent,
  };
}
