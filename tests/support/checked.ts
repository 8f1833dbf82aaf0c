import { conforms, type SchemaKind } from '../schemas/conforms.ts';

/** The data of each server-sent event: JSON where it is, `[DONE]` as text; comments are left out. */
export function events(text: string): unknown[] {
  const data = text.split('\n\n').filter((event) => event.startsWith('data: '));
  return data.map((event) => (event === 'data: [DONE]' ? '[DONE]' : JSON.parse(event.slice('data: '.length))));
}

/** What is wrong with an answer of the gateway: its JSON or each of its events, against the generated schemas. */
export function problems(
  path: string,
  { status, contentType, text }: { status: number; contentType: string; text: string },
): string[] {
  if (contentType.startsWith('text/event-stream')) return events(text).flatMap(eventProblems);
  if (!contentType.startsWith('application/json') || path.endsWith('/health')) return [];
  return conforms(status === 200 ? replyKind(path) : 'error', JSON.parse(text));
}

function eventProblems(event: unknown): string[] {
  if (event === '[DONE]') return [];
  const isError = typeof event === 'object' && event !== null && 'error' in event;
  return conforms(isError ? 'error' : 'chat-chunk', event);
}

function replyKind(path: string): SchemaKind {
  if (path.endsWith('/chat/completions')) return 'chat-reply';
  return path.endsWith('/models') ? 'models' : 'model';
}

/** A `fetch` that holds every answer against the generated schemas, for clients that take one. */
export interface CheckedFetch {
  readonly fetch: typeof fetch;
  /** To be awaited after the tests: throws when an answer broke its schema, or when there was none at all. */
  readonly verify: () => Promise<void>;
}

export function checkedFetch(): CheckedFetch {
  const pending: Promise<string[]>[] = [];
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const path = new URL(input instanceof Request ? input.url : input).pathname;
      // Read beside the client, which goes at its own pace.
      pending.push(problemsOf(path, response.clone()));
      return response;
    },
    verify: async () => {
      const found = (await Promise.all(pending)).flat();
      if (pending.length === 0) throw new Error('no answer went through the checked fetch');
      if (found.length > 0) throw new Error(`answers break their schemas:\n${found.join('\n')}`);
    },
  };
}

/** An answer that its client no longer wants is not read to its end: what there is of it cannot be judged. */
async function problemsOf(path: string, response: Response): Promise<string[]> {
  const { status, headers } = response;
  const text = await response.text().catch(() => undefined);
  return text === undefined ? [] : problems(path, { status, contentType: headers.get('content-type') ?? '', text });
}
