import {
  digitsOf,
  holderOfItem,
  newStoredDigits,
  stackMark,
  storedId,
  storedMs,
} from '../../function/storage/stored-ids.ts';

const mark = stackMark('bedrock-gateway-storage-1a2b3c4');
const now = Date.UTC(2026, 10, 29);
const digits = newStoredDigits(mark, { now, hex: 'f'.repeat(32) });

test('an ID has the mark of its stack, its time, and chance', () => {
  expect(mark).toMatch(/^[0-9a-f]{6}$/);
  expect(stackMark('another-bucket')).not.toBe(mark);
  expect(digits).toBe(`${mark}1a22499f800fffffffffffffff`);
  expect(storedMs(digits)).toBe(now);
  expect(digitsOf('response', storedId('response', digits), mark)).toBe(digits);
});

test('later IDs sort behind earlier ones', () => {
  const later = newStoredDigits(mark, { now: now + 1, hex: '0'.repeat(32) });
  expect([later, digits].toSorted()).toEqual([digits, later]);
});

test.each([
  ['of another kind', `conv_${digits}`],
  ['of another stack', `resp_${digits.replace(mark, '000000')}`],
  ['in capitals', `resp_${digits.toUpperCase()}`],
  ['with more behind it', `resp_${digits}0`],
  ['with a line break', `resp_${digits}\n`],
])('an ID %s is none', (_what, id) => {
  expect(digitsOf('response', id, mark)).toBeUndefined();
});

test.each([
  [`msg_${digits}0000`, `resp_${digits}`],
  [`msg_${digits}i0000`, `resp_${digits}`],
  [`rs_${digits}0001_up-stream_1`, `resp_${digits}`],
  [`fc_${digits}c0000000000`, `conv_${digits}`],
  [`msg_${digits}`, undefined],
  [`msg_${digits}x0000`, undefined],
  [`msg_${'0'.repeat(36)}`, undefined],
  [`msg_${digits}0000_${'a'.repeat(101)}`, undefined],
])('%s belongs to %s', (id, holder) => {
  expect(holderOfItem(id, mark)).toBe(holder);
});
