import { chatToConverse } from '../../function/translate/chat/index.ts';
import { mediaUrls } from '../../function/translate/chat/to-converse/media-urls.ts';
import { chatRequest } from '../../function/validate/chat-request.ts';
import { rules } from '../../scripts/compatibility-rules.ts';
import { conforms } from '../schemas/conforms.ts';
import { answering, contextOf, wire } from './context.ts';
import { keys, kinds, names, pairs } from './pairs.ts';
import { bytesOf, cleanEnds, cutAt, numbered, positions, read, streamOf } from './streams.ts';
import { told, tried } from './tried.ts';

const dialects = ['chat', 'completions', 'converse', 'embeddings', 'invoke', 'responses'];

describe('the golden data', () => {
  test('has no folder that nothing reads', () => {
    expect([...kinds, 'component', 'exchange', 'infra', 'policies']).toEqual(expect.arrayContaining(names()));
    for (const kind of kinds) expect(dialects).toEqual(expect.arrayContaining(names(kind)));
  });

  describe.each(kinds)('%s', (kind) => {
    test.each(pairs(kind, 'chat'))('%s says what it is, and nothing that nobody reads', (_name, pair) => {
      const { required, optional } = keys[kind];
      const present = Object.keys(pair);
      expect([...required, ...optional]).toEqual(expect.arrayContaining(present));
      expect(present).toEqual(expect.arrayContaining([...required]));
      expect(pair.why.trim()).not.toBe('');
      expect([...rules.keys()]).toEqual(expect.arrayContaining([...(pair.rules ?? [])]));
    });
  });
});

describe.each(pairs('request', 'chat'))('request %s', (_name, pair) => {
  test('both sides are as their specifications say', () => {
    expect(conforms('chat-request', pair.chat)).toEqual([]);
    const schema = pair.chat.stream === true ? 'converse-stream-request' : 'converse-request';
    expect(conforms(schema, pair.converse)).toEqual([]);
  });

  test('chat becomes converse', () => {
    const before = wire(pair.chat);
    const { request, ignored, streams, calls } = chatToConverse.request(contextOf(chatRequest(pair.chat), pair));
    expect(wire(request)).toEqual(pair.converse);
    expect(ignored).toEqual(pair.ignored ?? []);
    expect({ streams, calls }).toEqual({ streams: pair.streams ?? true, calls: pair.calls ?? 1 });
    expect(pair.chat).toEqual(before);
  });
});

describe.each(pairs('refused', 'chat'))('refused %s', (_name, pair) => {
  test('chat is refused, and the error names the member', () => {
    const { refused } = tried(() => {
      const request = chatRequest(pair.chat);
      mediaUrls(request);
      return chatToConverse.request(contextOf(request, pair));
    });
    expect(told(refused)).toEqual(pair.error);
  });
});

function parsed(text: string): unknown {
  return JSON.parse(text);
}

describe.each(pairs('reply', 'chat'))('reply %s', (_name, pair) => {
  const replies = [pair.converse].flat();

  test('both sides are as their specifications say', () => {
    expect(replies.flatMap((one) => conforms('converse-response', one))).toEqual([]);
    expect(pair.chat === undefined ? [] : conforms('chat-request', pair.chat)).toEqual([]);
    expect(pair.reply === undefined ? [] : conforms('chat-reply', pair.reply)).toEqual([]);
    expect([pair.reply, pair.error].filter((side) => side !== undefined)).toHaveLength(1);
  });

  test('converse becomes chat', () => {
    const { context, plan } = answering(pair);
    const { value, refused } = tried(() => wire(chatToConverse.reply(replies, context, plan)));
    expect(value).toEqual(pair.reply);
    expect(told(refused)).toEqual(pair.error);
  });
});

describe.each(pairs('stream', 'chat'))('stream %s', (_name, pair) => {
  const items = pair.events.map(numbered);
  const stream = streamOf(pair);

  test('both sides are as their specifications say', () => {
    expect(items.flatMap(({ item }) => ('failure' in item ? [] : conforms('converse-event', item)))).toEqual([]);
    expect(pair.chat === undefined ? [] : conforms('chat-request', pair.chat)).toEqual([]);
    expect(pair.chunks.flatMap((said) => conforms('error' in said ? 'error' : 'chat-chunk', said))).toEqual([]);
  });

  test('events become chunks', () => {
    expect(stream(items).map(parsed)).toEqual(pair.chunks);
  });

  // Compared as text, and judged once: an expectation for each of thousands of positions would take most of the time.
  test('whatever the pieces are in which the bytes come', () => {
    const runs = bytesOf(pair);
    const whole = stream(items).join('\n');
    const wrong = positions(runs).filter((position) => stream(read(cutAt(runs, position))).join('\n') !== whole);
    expect(wrong).toEqual([]);
    const bytes = runs.flatMap(({ choice, bytes: run }) =>
      [...run].map((byte) => ({ choice, bytes: Uint8Array.of(byte) })),
    );
    expect(stream(read(bytes)).join('\n')).toBe(whole);
  });
});

const unbroken = pairs('stream', 'chat').filter(([, pair]) => {
  const choices = new Set(pair.events.map((item) => numbered(item).choice));
  const last = pair.chunks.at(-1);
  return choices.size === 1 && last !== undefined && !('error' in last);
});

describe.each(unbroken)('stream %s, cut short', (_name, pair) => {
  test('rule 34: bytes that end too early are a failure after what they said, and nothing else', () => {
    const stream = streamOf(pair);
    const [run] = bytesOf(pair);
    const whole = stream(pair.events.map(numbered));
    const clean = cleanEnds(pair);
    const errors = new Set<string>();
    const wrong = positions([run]).filter((position) => {
      const said = stream(read([{ choice: 0, bytes: run.bytes.subarray(0, position) }]));
      const kept = clean.has(position) ? said : said.slice(0, -1);
      if (kept !== said) errors.add(said.at(-1) ?? '');
      return kept.some((chunk, index) => chunk !== whole[index]);
    });
    expect(wrong).toEqual([]);
    expect([...errors].map((error) => conforms('error', parsed(error)))).toEqual([[]]);
  });
});

describe.each(pairs('failure', 'chat'))('failure %s', (_name, pair) => {
  test('the answer is as its specification says', () => {
    expect(conforms('error', pair.body)).toEqual([]);
  });

  test('a failure becomes an error', () => {
    const { status, headers, body } = chatToConverse.failure(pair.failure);
    expect({ status, headers, body }).toEqual({ status: pair.status, headers: pair.headers ?? {}, body: pair.body });
  });
});
