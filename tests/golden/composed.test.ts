import { familyOf } from '../../function/catalog/families.ts';
import type { CompletionsRequest } from '../../function/dialects/completions.gen.ts';
import type { ConverseEvent, ConverseRequest } from '../../function/dialects/converse.gen.ts';
import type { Streamed } from '../../function/dialects/outcome.ts';
import { completionsToConverse } from '../../function/translate/completions/index.ts';
import { promptInTexts } from '../../function/pipeline/token-texts.ts';
import { compose } from '../../function/translate/compose.ts';
import { converseToChat } from '../../function/translate/converse/index.ts';
import { converseContext } from './converse-context.ts';
import { conversePairs } from './converse-pairs.ts';
import { wire } from './context.ts';
import { pairs } from './pairs.ts';
import { tried } from './tried.ts';

/** Completions by Chat Completions, without a translator of their own. */
const composed = compose(completionsToConverse, converseToChat);

/** Completions of the golden data: one request, and what Converse is asked for it. */
interface CompletionsPair {
  readonly model: string;
  readonly completions: CompletionsRequest;
  readonly converse: ConverseRequest | readonly ConverseRequest[];
  readonly calls?: number;
}

const requests = pairs('request', 'completions') as unknown as [string, CompletionsPair][];

async function contextOf(request: CompletionsRequest, model: string) {
  const stamp = { id: 'stamp-golden', created: 1, elapsedMs: () => 120 };
  const family = familyOf(model);
  return {
    request: await promptInTexts(request),
    stamp,
    backend: 'openai',
    model,
    family,
    media: new Map(),
    promptCaching: 'off' as const,
  };
}

test.each(requests)('request completions/%s, on to chat', async (_name, { completions, converse, model, calls }) => {
  const context = await contextOf(completions, model);
  const { value, refused } = tried(() => composed.request(context));
  const expected = tried(() =>
    [converse].flat().map((each) => converseToChat.request(converseContext(each, model)).request),
  );
  expect(refused?.message).toBe(expected.refused?.message);
  if (value === undefined) return;
  expect(wire(value.requests ?? [value.request])).toEqual(wire(expected.value));
  expect(value.calls).toBe(calls ?? [converse].flat().length);
});

const plain: CompletionsRequest = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon a time' };

async function answering() {
  const context = await contextOf(plain, 'gpt-4o-mini');
  const { plan: first } = completionsToConverse.request(context);
  return { context, first, plan: composed.request(context).plan };
}

/** Pairs of OpenAI's own form (others are read by the backend first), to a plain request. */
const replies = conversePairs('reply').filter(
  ([, { reply, server, converse }]) => reply !== undefined && server === undefined && converse === undefined,
);

test.each(replies)('reply converse/%s, on to completions', async (_name, { chat, reply }) => {
  const { context, first, plan } = await answering();
  const { value, refused } = tried(() => wire(composed.reply([chat], context, plan)));
  const expected = tried(() => reply && wire(completionsToConverse.reply([reply], context, first)));
  expect([value, refused?.message]).toEqual([expected.value, expected.refused?.message]);
});

/** A stream's exception as the failure that it is on Converse's own wire. */
function asFailure(event: object): Streamed<ConverseEvent> {
  if (!('exception' in event)) return event as ConverseEvent;
  const { type, message } = event.exception as { type: string; message: string };
  return { failure: { name: type.charAt(0).toUpperCase() + type.slice(1), status: 424, message } };
}

/** Streams whose failures are their server's own reach the client unread by the hub. */
const streams = conversePairs('stream').filter(
  ([, { chunks, server, converse }]) =>
    server === undefined && converse === undefined && chunks.every((chunk) => !('failure' in chunk)),
);

test.each(streams)('stream converse/%s, on to completions', async (_name, { chunks, events }) => {
  const { context, first, plan } = await answering();
  const state = composed.stream.begin({ context, plan });
  const steps = chunks.flatMap((item) => composed.stream.step(state, { choice: 0, item }));
  const found = [...steps, ...composed.stream.end(state)];
  const direct = completionsToConverse.stream.begin({ context, plan: first });
  const expected = [
    ...events.flatMap((event) => completionsToConverse.stream.step(direct, { choice: 0, item: asFailure(event) })),
    ...completionsToConverse.stream.end(direct),
  ];
  expect(wire(found)).toEqual(wire(expected));
});

test('a failure of the server is told as in any stream of completions', async () => {
  const { context, first, plan } = await answering();
  const item = { failure: { name: 'OpenAIError', status: 503, message: 'busy' } };
  const state = composed.stream.begin({ context, plan });
  const direct = completionsToConverse.stream.begin({ context, plan: first });
  expect(composed.stream.step(state, { choice: 0, item })).toEqual(
    completionsToConverse.stream.step(direct, { choice: 0, item }),
  );
});
