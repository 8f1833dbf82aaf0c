import { isDeepStrictEqual } from 'node:util';
import type { ChatRequest } from '../../function/dialects/chat.gen.ts';
import { chatToConverse } from '../../function/translate/chat/index.ts';
import { converseToChat } from '../../function/translate/converse/index.ts';
import { chatRequest } from '../../function/validate/chat-request.ts';
import { converseAnswering, converseContext } from './converse-context.ts';
import { conversePairs } from './converse-pairs.ts';
import { converseStreamOf } from './converse-streams.ts';
import { answering, contextOf, wire } from './context.ts';
import { pairs } from './pairs.ts';
import { numbered, streamOf } from './streams.ts';
import { tried } from './tried.ts';

/** A pair read from its other side: what comes of it there, and what it says. */
interface Back {
  readonly only: string | undefined;
  readonly found: unknown;
  readonly expected: unknown;
}

/**
 * Where both translators exist a pair holds in both directions, or says why not; a reason that is not needed is none. Gives what
 * was found and what it should have been.
 */
function judged({ only, found, expected }: Back): [found: unknown, expected: unknown] {
  if (only === undefined) return [found, expected];
  return [isDeepStrictEqual(found, expected) ? 'This pair holds in both directions.' : only, only];
}

/** A Bedrock model that takes everything. */
const bedrockModel = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

test.each(pairs('request', 'chat'))('request chat/%s, from converse', (_name, { only, converse, chat }) => {
  // Of Converse the operation says this, not the body.
  const { stream: _stream, stream_options: _options, ...expected } = chat;
  const { value } = tried(() => wire(converseToChat.request(converseContext(converse, chat.model)).request));
  const [back, wanted] = judged({ only, found: value, expected });
  expect(back).toEqual(wanted);
});

test.each(conversePairs('request'))('request converse/%s, from chat', (_name, { only, converse, chat }) => {
  const { value } = tried(() =>
    wire(chatToConverse.request(contextOf(chatRequest(chat), { model: bedrockModel })).request),
  );
  const [back, wanted] = judged({ only, found: value, expected: converse });
  expect(back).toEqual(wanted);
});

const wholeReplies = pairs('reply', 'chat').filter(([, { reply }]) => reply !== undefined);

test.each(wholeReplies)('reply chat/%s, from chat', (_name, { only, converse, reply }) => {
  const [first] = [converse].flat();
  const { context, plan } = converseAnswering(undefined, first?.metrics.latencyMs);
  const { value } = tried(() => reply && wire(converseToChat.reply([reply], context, plan)));
  const [back, wanted] = judged({ only, found: [value], expected: [converse].flat() });
  expect(back).toEqual(wanted);
});

const answered = conversePairs('reply').filter(([, { reply }]) => reply !== undefined);

test.each(answered)('reply converse/%s, from converse', (_name, { only, chat, reply }) => {
  const { context, plan } = answering({});
  const { id, created, model } = chat;
  const asked = { ...context, request: { ...context.request, model }, stamp: { id, created } };
  const { value } = tried(() => reply && wire(chatToConverse.reply([reply], asked, plan)));
  const [back, wanted] = judged({ only, found: value, expected: chat });
  expect(back).toEqual(wanted);
});

function parsed(text: string): unknown {
  return JSON.parse(text);
}

const unbroken = pairs('stream', 'chat').filter(([, { chunks }]) => chunks.every((chunk) => !('error' in chunk)));

test.each(unbroken)('stream chat/%s, from chat', (_name, { only, events, chunks }) => {
  // The time that all events of golden data name.
  const stream = converseStreamOf({}, 420);
  const items = chunks.flatMap((chunk) => ('error' in chunk ? [] : [chunk]));
  const counted = items.some(({ usage }) => usage);
  // Usage comes in a stream of OpenAI's only when it was asked for.
  const told = (event: unknown): boolean => counted || !Object.hasOwn(Object(event), 'metadata');
  const [back, wanted] = judged({ only, found: stream(items).map(parsed).filter(told), expected: events.filter(told) });
  expect(back).toEqual(wanted);
});

const whole = conversePairs('stream').filter(([, { events }]) => events.every((event) => !('exception' in event)));

test.each(whole)('stream converse/%s, from converse', (_name, { only, events, chunks }) => {
  const items = events.flatMap((event) => ('exception' in event ? [] : [numbered(event)]));
  const include_usage = chunks.some((chunk) => 'usage' in chunk && chunk.usage);
  const chat: ChatRequest = {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage },
  };
  const stream = streamOf({ why: '', events: [], chunks: [], chat });
  const [back, wanted] = judged({ only, found: stream(items).map(parsed), expected: chunks });
  expect(back).toEqual(wanted);
});
