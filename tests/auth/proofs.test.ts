import { createProofs } from '../../function/auth/proofs.ts';

const minute = 60_000;

test('a key counts as proven for 5 minutes after its last answer', () => {
  let time = 0;
  const proofs = createProofs({ now: () => time });
  expect(proofs.has('a')).toBe(false);
  proofs.note('a');
  time = 4 * minute;
  expect([proofs.has('a'), proofs.has('b')]).toEqual([true, false]);
  proofs.note('a');
  time = 9 * minute - 1;
  expect(proofs.has('a')).toBe(true);
  time = 9 * minute;
  expect(proofs.has('a')).toBe(false);
});

test('a thousand keys are remembered, and the one noted longest ago makes room', () => {
  const proofs = createProofs({ now: () => 0 });
  for (let key = 0; key < 1_000; key += 1) proofs.note(String(key));
  proofs.note('0');
  proofs.note('new');
  expect(['0', '1', '2', '999', 'new'].map((key) => proofs.has(key))).toEqual([true, false, true, true, true]);
});
