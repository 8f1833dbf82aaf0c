import { get, type IncomingMessage } from 'node:http';
import { AnswerItems } from '../../../function/backends/wire/answer-items.ts';
import { closeLoopbacks, loopback, type Answer } from '../loopback.ts';

afterEach(closeLoopbacks);

/** The answer of a server, its head read. */
async function answerOf(answer: Answer): Promise<IncomingMessage> {
  const { url } = await loopback(answer);
  return new Promise((resolve, reject) => get(url, resolve).on('error', reject));
}

/** Every chunk's text; `last` is the text after which nothing may follow. */
function itemsOf(answer: IncomingMessage, last?: string): AnswerItems<string> {
  return new AnswerItems(answer, {
    read: (chunk) => [chunk.toString()],
    end: () => ['owed'],
    broken: () => 'broken',
    isLast: (item) => item === last,
  });
}

async function all(items: AnswerItems<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const whole: Answer = (response) => void response.end('a');

/** Sends a text and then keeps the connection open. */
const pending: Answer = (response) => void response.write('a');

test('items come in order, and those that are owed come last', async () => {
  expect(await all(itemsOf(await answerOf(whole)))).toEqual(['a', 'owed']);
});

test('the first item is returned again by next', async () => {
  const items = itemsOf(await answerOf(whole));
  expect(await items.first()).toBe('a');
  expect(await all(items)).toEqual(['a', 'owed']);
});

test('an answer that is cut off ends with the broken item', async () => {
  const items = itemsOf(
    await answerOf((response) => {
      response.write('a', () => setTimeout(() => response.destroy(), 20));
    }),
  );
  expect(await all(items)).toEqual(['a', 'broken']);
});

test('nothing follows the last item, and its answer is closed', async () => {
  const answer = await answerOf(pending);
  expect(await all(itemsOf(answer, 'a'))).toEqual(['a']);
  expect(answer.destroyed).toBe(true);
});

test('an early return ends a pending next and closes the answer', async () => {
  const answer = await answerOf(pending);
  const items = itemsOf(answer);
  await items.next();
  const next = items.next();
  await items.return();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(answer.destroyed).toBe(true);
});
