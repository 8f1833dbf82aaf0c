import { chatAnswers } from '../../function/backends/answers/chat.ts';
import { converseToChat } from '../../function/translate/converse/index.ts';
import { converseRequest } from '../../function/validate/converse-request.ts';
import { rules } from '../../scripts/compatibility-rules.ts';
import { conforms } from '../schemas/conforms.ts';
import { converseAnswering, converseContext } from './converse-context.ts';
import { converseKeys, conversePairs } from './converse-pairs.ts';
import { converseStreamOf, readChunks, readWith, sseBytes } from './converse-streams.ts';
import { wire } from './context.ts';
import { kinds } from './pairs.ts';
import { told, tried } from './tried.ts';

describe.each(kinds)('the golden data of %s', (kind) => {
  test.each(conversePairs(kind))('%s says what it is, and nothing that nobody reads', (_name, pair) => {
    const [required, optional] = converseKeys[kind];
    const present = Object.keys(pair);
    expect([...required, ...optional]).toEqual(expect.arrayContaining(present));
    expect(present).toEqual(expect.arrayContaining([...required]));
    expect(pair.why.trim()).not.toBe('');
    expect([...rules.keys()]).toEqual(expect.arrayContaining([...(pair.rules ?? [])]));
  });
});

test('both streams and whole answers are proved by enough pairs', () => {
  const count = kinds.reduce((total, kind) => total + conversePairs(kind).length, 0);
  expect(count).toBeGreaterThanOrEqual(80);
});

describe.each(conversePairs('request'))('request %s', (_name, pair) => {
  test('both sides are as their specifications say', () => {
    expect(conforms('converse-request', pair.converse)).toEqual([]);
    expect(conforms('converse-stream-request', pair.converse)).toEqual([]);
    expect(conforms('chat-request', pair.chat)).toEqual([]);
  });

  test('converse becomes chat', () => {
    const before = wire(pair.converse);
    const context = converseContext(converseRequest(pair.converse), pair.model);
    const { request, ignored, streams, calls } = converseToChat.request(context);
    expect(wire(request)).toEqual(pair.chat);
    expect(ignored).toEqual(pair.ignored ?? []);
    expect({ streams, calls }).toEqual({ streams: true, calls: 1 });
    expect(pair.converse).toEqual(before);
  });
});

describe.each(conversePairs('refused'))('refused %s', (_name, pair) => {
  test('converse is refused, and the error names the member', () => {
    const { refused } = tried(() =>
      converseToChat.request(converseContext(converseRequest(pair.converse), pair.model)),
    );
    expect(told(refused)).toEqual(pair.error);
    expect(refused?.message).toContain(pair.error.param);
  });
});

describe.each(conversePairs('reply'))('reply %s', (_name, pair) => {
  test('both sides are as their specifications say', () => {
    expect(pair.server === undefined ? conforms('chat-reply', pair.chat) : []).toEqual([]);
    expect(pair.converse === undefined ? [] : conforms('converse-request', pair.converse)).toEqual([]);
    expect(pair.reply === undefined ? [] : conforms('converse-response', pair.reply)).toEqual([]);
    expect([pair.reply, pair.error].filter((side) => side !== undefined)).toHaveLength(1);
  });

  test('chat becomes converse', () => {
    const { context, plan } = converseAnswering(pair.converse);
    const read = chatAnswers.reply({ ...pair.chat }, readWith);
    const { status, body } = converseToChat.failure(read.ok ? { name: '', status: 0, message: '' } : read.failure);
    expect(read.ok ? wire(converseToChat.reply([read.value], context, plan)) : { status, ...body }).toEqual(
      pair.reply ?? pair.error,
    );
  });
});

function parsed(text: string): unknown {
  return JSON.parse(text);
}

describe.each(conversePairs('stream'))('stream %s', (_name, pair) => {
  const stream = converseStreamOf(pair);
  const bytes = sseBytes(pair.chunks);
  const whole = stream(readChunks([bytes]));
  const breaks = pair.chunks.some((item) => 'failure' in item);

  test('both sides are as their specifications say', () => {
    const own = pair.server === undefined ? pair.chunks : [];
    expect(own.flatMap((item) => ('failure' in item ? [] : conforms('chat-chunk', item)))).toEqual([]);
    expect(pair.events.flatMap((event) => ('exception' in event ? [] : conforms('converse-event', event)))).toEqual([]);
  });

  test('chunks become events', () => {
    const items = pair.server === undefined ? pair.chunks : readChunks([bytes]);
    expect(stream(items).map(parsed)).toEqual(pair.events);
  });

  test('whatever the pieces are in which the bytes come', () => {
    const text = whole.join('\n');
    const positions = [...bytes.keys()];
    const wrong = positions.filter(
      (at) => stream(readChunks([bytes.subarray(0, at), bytes.subarray(at)])).join('\n') !== text,
    );
    expect(wrong).toEqual([]);
    expect(stream(readChunks(positions.map((at) => bytes.subarray(at, at + 1)))).join('\n')).toBe(text);
    // The status of an error in a stream is the reader's to decide.
    const expected = breaks ? whole.map(parsed) : pair.events;
    expect(whole.map(parsed)).toEqual(expected);
  });

  test('rule 34: bytes that end too early are an exception after what they said, or lack only the usage', () => {
    const wrong = [...bytes.keys()].filter((at) => {
      const said = stream(readChunks([bytes.subarray(0, at)]));
      const last = said.at(-1) ?? '';
      const ended = said.some((event) => event.startsWith('{"messageStop"'));
      const rightEnd = last.startsWith('{"exception"') || (ended && last.startsWith('{"metadata"'));
      return !rightEnd || said.slice(0, -1).some((event, index) => event !== whole[index]);
    });
    expect(wrong).toEqual([]);
  });
});

describe.each(conversePairs('failure'))('failure %s', (_name, pair) => {
  test('a failure becomes an exception', () => {
    const { status, headers, body, event } = converseToChat.failure(pair.failure);
    expect({ status, headers, body }).toEqual({ status: pair.status, headers: pair.headers, body: pair.body });
    expect(event).toEqual({ exception: { type: pair.exception, message: pair.body.message } });
  });
});
