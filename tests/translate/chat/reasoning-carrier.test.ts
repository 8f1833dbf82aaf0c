import * as fc from 'fast-check';
import type { ReasoningContentBlock } from '../../../function/dialects/converse.gen.ts';
import { readCarrier, writeCarrier, maxCarrierLength } from '../../../function/translate/chat/reasoning-carrier.ts';

const toolUseId = fc.stringMatching(/^[a-zA-Z0-9_.:-]{1,64}$/);
const family = fc.stringMatching(/^[a-z0-9.-]{1,20}$/);
const anyText = fc.string({ unit: 'binary' });
const withLoneSurrogates = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
const text = fc.oneof(anyText, withLoneSurrogates, fc.constant(''), fc.constant('\ufeffstarts with a mark'));
const blob = fc.oneof(fc.base64String(), text);
const block: fc.Arbitrary<ReasoningContentBlock> = fc.oneof(
  blob.map((redactedContent) => ({ redactedContent })),
  text.map((said) => ({ reasoningText: { text: said } })),
  fc.tuple(text, blob).map(([said, signature]) => ({ reasoningText: { text: said, signature } })),
);

describe('rule 27: signed reasoning in tool-call ids', () => {
  test('comes back byte for byte, whatever is in it', () => {
    fc.assert(
      fc.property(toolUseId, fc.array(block, { minLength: 1, maxLength: 4 }), family, (id, reasoning, name) => {
        const carrier = writeCarrier(id, reasoning, name);
        expect(carrier).toMatch(/^[A-Za-z0-9._:~-]+$/);
        expect(readCarrier(carrier)).toEqual({ id, reasoning, family: name });
      }),
    );
  });

  test('an id with nothing to carry stays as it is, and carries nothing', () => {
    fc.assert(
      fc.property(toolUseId, family, (id, name) => {
        expect(writeCarrier(id, [], name)).toBe(id);
        expect(readCarrier(id)).toBeUndefined();
      }),
    );
  });

  test('an absent signature and an empty one are told apart: the second is a 400 of Claude', () => {
    const unsigned = { reasoningText: { text: 'a' } };
    const emptySigned = { reasoningText: { text: 'a', signature: '' } };
    expect(readCarrier(writeCarrier('t', [unsigned], 'f'))?.reasoning).toEqual([unsigned]);
    expect(readCarrier(writeCarrier('t', [emptySigned], 'f'))?.reasoning).toEqual([emptySigned]);
  });

  test('a signature costs no more than its own length', () => {
    const signature = 'Ab+/'.repeat(1000);
    const id = writeCarrier('t', [{ reasoningText: { text: '', signature } }], 'f');
    expect(id.length).toBeLessThan(signature.length + 20);
  });

  test('reasoning longer than a carrier may be is left out', () => {
    expect(writeCarrier('t', [{ redactedContent: 'A'.repeat(maxCarrierLength) }], 'f')).toBe('t');
    expect(readCarrier(`t~1~f~r${'A'.repeat(maxCarrierLength)}`)).toBeUndefined();
  });

  test.each([
    ['another version', 't~2~f~tYQ..'],
    ['no segment', 't~1~f'],
    ['no id', '~1~f~tYQ..'],
    ['an unknown segment', 't~1~f~qYQ..'],
    ['a member of every object for a segment', 't~1~f~constructor'],
    ['an empty segment', 't~1~f~'],
    ['a signature of nothing', 't~1~f~sYQ..'],
    ['a signature of redacted content', 't~1~f~rYQ..~sYQ..'],
    ['bad base64', 't~1~f~tY'],
    ['padding in the middle', 't~1~f~tY.Q.'],
    ['foreign characters', 't~1~f~t<script>'],
    ['foreign characters in a signature', 't~1~f~tYQ..~s"'],
    ['half a UTF-16 unit', 't~1~f~uYQ..'],
  ])('what is malformed is an id like any other: %s', (_what, id) => {
    expect(readCarrier(id)).toBeUndefined();
  });

  test('what is read from any input would be carried the same way', () => {
    const segment = fc.constantFrom('t', 'tYQ..', 'uAGE.', 's', 'sc2ln', 'x', 'r', 'rAA..', 'y', 'YQ..', '~', '1', '.');
    const id = fc.array(fc.oneof(segment, fc.string())).map((all) => `t~1~f~${all.join('~')}`);
    fc.assert(
      fc.property(fc.oneof(id, fc.string()), (any) => {
        const found = readCarrier(any);
        const again =
          found === undefined ? undefined : readCarrier(writeCarrier(found.id, found.reasoning, found.family));
        expect(again).toEqual(found);
      }),
    );
  });
});
