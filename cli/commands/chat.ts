import { chatPath } from '../api.ts';
import type { Call, Command } from '../command.ts';
import { Failure, UsageError } from '../failure.ts';
import { isObject, objectIn, objectsIn, textIn, type JsonObject } from '../json.ts';
import { countOf } from '../lists.ts';
import { printableLines } from '../printable.ts';
import { eventData } from '../sse.ts';
import type { Terminal } from '../terminal.ts';

/** One question, one answer. */
export const chatCommand: Command = {
  words: ['chat'],
  summary: 'Send a prompt to a model and stream the answer',
  description:
    'The prompt is the arguments, or standard input if there are none. With "-" as the last argument it is both.',
  arguments: [{ name: 'prompt', description: 'the words of the prompt', count: 'any' }],
  flags: ['model', 'system', 'max-tokens'],
  example: 'chat --model gpt-4o "Say hello."',
  run: async (call) => {
    const body = { model: await modelOf(call), messages: await messages(call), ...lengthOf(call) };
    const api = await call.connect('api');
    if (call.has('json')) return { json: await api.post(chatPath, body), text: () => '' };
    await stream(api.stream(chatPath, { ...body, stream: true }), call.terminal);
    return undefined;
  },
};

async function modelOf(call: Call): Promise<string> {
  const model = call.one('model') ?? (await call.usual('model'));
  if (model !== undefined) return model;
  throw new UsageError(
    'the model is missing',
    "Pass --model <name>, or set BEDROCK_GATEWAY_MODEL. 'bedrock-gateway models' lists the names.",
  );
}

async function messages(call: Call): Promise<object[]> {
  const system = call.one('system');
  const content = await promptOf(call);
  return [...(system === undefined ? [] : [{ role: 'system', content: system }]), { role: 'user', content }];
}

async function promptOf({ rest, one, terminal }: Call): Promise<string> {
  const readsInput = rest.length === 0 || rest.at(-1) === '-';
  if (rest.length === 0 && terminal.isInputTerminal)
    throw new UsageError('the prompt is missing', 'Pass it as an argument, or pipe it in.');
  if (readsInput && one('key-file') === '-')
    throw new UsageError('standard input cannot hold both the key and the prompt');
  const said = (rest.at(-1) === '-' ? rest.slice(0, -1) : rest).join(' ');
  const read = readsInput ? await terminal.readInput() : '';
  const prompt = [said, read].filter((part) => part.trim() !== '').join('\n\n');
  if (prompt === '') throw new UsageError('the prompt is empty');
  return prompt;
}

function lengthOf({ one }: Call): { readonly max_completion_tokens?: number } {
  const most = countOf(one('max-tokens'), '--max-tokens');
  return most === undefined ? {} : { max_completion_tokens: most };
}

/** Prints a stream. Rejects with a Failure for one that breaks off: what had come by then is printed. */
async function stream(pieces: AsyncIterable<Uint8Array>, terminal: Terminal): Promise<void> {
  let end: string | undefined;
  let isLineOpen = false;
  try {
    for await (const data of eventData(pieces)) {
      if (data === '[DONE]') break;
      const choice = choiceIn(data);
      const text = printableLines(deltaOf(choice));
      end = textIn(choice, 'finish_reason') ?? end;
      if (text === '') continue;
      await terminal.out(text);
      isLineOpen = !text.endsWith('\n');
    }
  } finally {
    if (isLineOpen) await terminal.out('\n');
  }
  if (end === undefined) throw new Failure('the stream ended before the answer was complete');
  const note = notes.get(end);
  if (note !== undefined) terminal.err(`${note}\n`);
}

const notes: ReadonlyMap<string, string> = new Map([
  ['length', 'The answer was cut off at the token limit.'],
  ['content_filter', 'The answer was ended by a content filter.'],
]);

/** The first choice of a chunk. Throws a Failure for a chunk that is an error. */
function choiceIn(data: string): JsonObject {
  const chunk = parsed(data);
  const error = objectIn(chunk, 'error');
  const message = textIn(error, 'message');
  if (chunk['error'] !== undefined) throw new Failure(message ?? 'the server reported an error without a message');
  return objectsIn(chunk, 'choices')[0] ?? {};
}

function deltaOf(choice: JsonObject): string {
  const delta = objectIn(choice, 'delta');
  return (textIn(delta, 'content') ?? '') + (textIn(delta, 'refusal') ?? '');
}

/** Throws a Failure for what is no JSON object. */
function parsed(data: string): JsonObject {
  try {
    const value: unknown = JSON.parse(data);
    if (isObject(value)) return value;
  } catch {
    // Falls through to the Failure: Node's message would quote the text.
  }
  throw new Failure('the server sent an event that is not a JSON object');
}
