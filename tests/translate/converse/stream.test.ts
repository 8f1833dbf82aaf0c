import * as fc from 'fast-check';
import type { ChatChunk } from '../../../function/dialects/chat.gen.ts';
import { converseToChat } from '../../../function/translate/converse/index.ts';
import type { ConverseException } from '../../../function/translate/translation.ts';
import { converseAnswering } from '../../golden/converse-context.ts';
import { conforms } from '../../schemas/conforms.ts';

type Delta = ChatChunk['choices'][number]['delta'];

const piece = fc.record(
  { id: fc.string(), name: fc.string(), arguments: fc.constantFrom('', '{', '}', '"', '{}', '\\', '{"a":1}', ',') },
  { requiredKeys: [] },
);

const delta: fc.Arbitrary<Delta> = fc.oneof(
  fc.record({ content: fc.string() }),
  fc.record({ reasoning_content: fc.string() }),
  fc.record({ refusal: fc.string() }),
  fc.array(fc.record({ index: fc.integer({ min: 0, max: 2 }), piece }), { maxLength: 2 }).map((calls) => ({
    tool_calls: calls.map(({ index, piece: { id, ...called } }) => ({
      index,
      ...(id !== undefined && { id }),
      function: called,
    })),
  })),
);

const finishes = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'] as const;

function chunk(said: Delta, finish: (typeof finishes)[number] | null = null): ChatChunk {
  const choices = [{ index: 0, delta: said, finish_reason: finish, logprobs: null }];
  return { id: 'a', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
}

type Event = ReturnType<typeof converseToChat.stream.end>[number];

function run(items: readonly ChatChunk[]): Event[] {
  const { stream } = converseToChat;
  const state = stream.begin(converseAnswering());
  return [...items.flatMap((item) => stream.step(state, { choice: 0, item })), ...stream.end(state)];
}

function isException(event: Event): event is ConverseException {
  return 'exception' in event;
}

/** A client that reads as AWS says: what is wrong with the order of the events. */
function disorder(events: readonly Event[]): string[] {
  const open = new Set<number>();
  const wrong: string[] = [];
  let begun = 0;
  for (const event of events) {
    if (
      'contentBlockStart' in event ||
      ('contentBlockDelta' in event && event.contentBlockDelta.contentBlockIndex === begun)
    ) {
      const { contentBlockIndex } = 'contentBlockStart' in event ? event.contentBlockStart : event.contentBlockDelta;
      if (contentBlockIndex !== begun) wrong.push(`block ${contentBlockIndex} begins as number ${begun}`);
      open.add(contentBlockIndex);
      begun += 1;
    }
    if ('contentBlockDelta' in event && !open.has(event.contentBlockDelta.contentBlockIndex))
      wrong.push('a delta of no block');
    if ('contentBlockStop' in event && !open.delete(event.contentBlockStop.contentBlockIndex))
      wrong.push('a stop of no block');
    if ('messageStop' in event && open.size > 0) wrong.push('blocks are open at the end');
  }
  return wrong;
}

test('rule 43: whatever the pieces are, each block ends once, and the order is that of AWS', () => {
  fc.assert(
    fc.property(fc.array(delta), fc.constantFrom(...finishes), (deltas, finish) => {
      const events = run([...deltas.map((said) => chunk(said)), chunk({}, finish)]);
      const names = events.map((event) => Object.keys(event).join(''));
      expect(names[0]).toBe('messageStart');
      expect(names.slice(-2)).toEqual(['messageStop', 'metadata']);
      expect(names.filter((name) => !name.startsWith('contentBlock'))).toEqual([
        'messageStart',
        'messageStop',
        'metadata',
      ]);
      expect(events.flatMap((event) => (isException(event) ? ['?'] : conforms('converse-event', event)))).toEqual([]);
      expect(disorder(events)).toEqual([]);
    }),
  );
});

test('nothing that was said is lost, and nothing is added', () => {
  fc.assert(
    fc.property(fc.array(delta), (deltas) => {
      const events = run([...deltas.map((said) => chunk(said)), chunk({}, 'stop')]);
      const said = { text: '', reasoning: '' };
      for (const event of events) {
        if (!('contentBlockDelta' in event)) continue;
        const found = event.contentBlockDelta.delta;
        if ('text' in found) said.text += found.text;
        if ('reasoningContent' in found && 'text' in found.reasoningContent)
          said.reasoning += found.reasoningContent.text;
      }
      expect(said.text).toBe(deltas.map(({ content, refusal }) => `${content ?? ''}${refusal ?? ''}`).join(''));
      expect(said.reasoning).toBe(deltas.map(({ reasoning_content: thought }) => thought ?? '').join(''));
    }),
  );
});

test('rule 34: without a finish it ends with an exception, and no usage follows', () => {
  fc.assert(
    fc.property(fc.array(delta), (deltas) => {
      const events = run(deltas.map((said) => chunk(said)));
      expect(events.at(-1)).toMatchObject({ exception: { type: 'modelStreamErrorException' } });
      expect(events.filter((event) => 'messageStop' in event || 'metadata' in event)).toEqual([]);
    }),
  );
});
