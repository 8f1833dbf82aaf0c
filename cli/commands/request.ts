import type { Api } from '../api.ts';
import type { Answer, Command } from '../command.ts';
import { Failure, UsageError } from '../failure.ts';
import { textIn } from '../json.ts';
import { idOf, path as apiPath } from '../paths.ts';
import { printableJson, printableLines } from '../printable.ts';
import { eventData } from '../sse.ts';
import type { Terminal } from '../terminal.ts';
import { uploadFile } from '../uploads.ts';

/** The shortest time that OpenAI's API knows, in seconds, for a file that stays only where its deletion fails. */
const shortestExpiry = 3_600;

/** A model request whose body is a file. */
export const requestCommand: Command = {
  words: ['request'],
  summary: 'Send a model request whose body is a file of up to 25 MB',
  description:
    'The gateway reads the body from a stored file, so it can be larger than what the edge takes. Prints the JSON of the answer; of a stream, the JSON of each event on a line.',
  arguments: [{ name: 'path', description: 'the path below the base URL, such as /chat/completions' }],
  flags: ['body-file', 'body-id'],
  example: 'request /chat/completions --body-file request.json',
  run: async (call) => {
    const path = pathOf(call.argument('path'));
    const [local, stored] = [call.one('body-file'), call.one('body-id')];
    if ((local === undefined) === (stored === undefined)) throw new UsageError('pass either --body-file or --body-id');
    const id = stored === undefined ? undefined : idOf(stored);
    const api = await call.connect('api');
    if (id !== undefined) return await answerOf(api, path, { fileId: id, terminal: call.terminal });
    return await withUploaded(api, local ?? '', (fileId) => answerOf(api, path, { fileId, terminal: call.terminal }));
  },
};

const pathPattern = /^\/(?!\/)[\w.~:@!$&'()*+,;=%/-]{1,2048}$/;

/** A path that stays below the base URL. Throws UsageError for any other. */
function pathOf(text: string): string {
  if (pathPattern.test(text) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(text)) return text;
  throw new UsageError(
    `'${text.slice(0, 100)}' is not a path below the base URL`,
    'Begin it with a slash, and leave out the /v1 of the base URL: /chat/completions.',
  );
}

/** Stores a local file for as long as something is done with it. */
async function withUploaded<Result>(api: Api, file: string, use: (fileId: string) => Promise<Result>): Promise<Result> {
  const stored = await uploadFile(api, file, { purpose: 'user_data', expiresInSeconds: shortestExpiry });
  const id = textIn(stored, 'id') ?? '';
  const place = apiPath`/files/${id}`;
  try {
    return await use(id);
  } finally {
    // It expires by itself.
    await api.remove(place).catch(() => undefined);
  }
}

interface Sent {
  readonly fileId: string;
  readonly terminal: Terminal;
}

/** The answer, or undefined where it was a stream, which is printed by then. */
async function answerOf(api: Api, path: string, { fileId, terminal }: Sent): Promise<Answer | undefined> {
  const json = await api.postStored(path, { fileId, readEvents: (pieces) => printEvents(pieces, terminal) });
  return json && { json, text: () => printableJson(json) };
}

/** Prints the data of events. Rejects with a Failure for a stream that ends without saying so. */
async function printEvents(pieces: AsyncIterable<Uint8Array>, terminal: Terminal): Promise<void> {
  for await (const data of eventData(pieces)) {
    if (data === '[DONE]') return;
    await terminal.out(`${printableLines(data)}\n`);
  }
  throw new Failure('the stream ended before the answer was complete');
}
