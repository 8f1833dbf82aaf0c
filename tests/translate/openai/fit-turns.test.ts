import { writeCarrier } from '../../../function/translate/chat/reasoning-carrier.ts';
import { fitTurns, type TurnLimits } from '../../../function/translate/openai/fit-turns.ts';
import { cpuMsSince } from '../../support/cpu.ts';

const thought = { reasoningText: { text: 'thinking', signature: 'c2lnbmF0dXJl' } };
const carrier = (toolUseId: string, text = 'thinking') =>
  writeCarrier(toolUseId, [{ reasoningText: { ...thought.reasoningText, text } }], 'claude-sonnet-5');

const openAi: TurnLimits = { shortIds: true, strict: true };
const compatible: TurnLimits = { shortIds: true, strict: false };
const container: TurnLimits = {};
const all = [openAi, compatible, container];

const user = { role: 'user', content: 'x' };
const calling = (ids: readonly unknown[], more: object = {}) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'w', arguments: '{}' } })),
  ...more,
});
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: '1' });

interface Seen {
  tool_calls?: { id: string }[];
  tool_call_id?: string;
}

/** The ids of all calls and results, in their order. */
function idsOf({ messages }: { messages: readonly unknown[] }): (string | undefined)[] {
  return (messages as readonly Seen[]).flatMap(({ tool_calls: calls, tool_call_id: id }) =>
    calls ? calls.map((call) => call.id) : id === undefined ? [] : [id],
  );
}

test.each(all)(
  'rule 60: ids of ours are bare on calls and results, and reasoning of Bedrock stays out (%j)',
  (limits) => {
    const id = carrier('tooluse_abc');
    const body = {
      model: 'm',
      messages: [
        user,
        { role: 'assistant', content: 'Before.', reasoning_content: 'first' },
        user,
        calling([id], { reasoning_content: 'thinking' }),
        result(id),
      ],
    };
    expect(fitTurns(body, limits)).toEqual({
      model: 'm',
      messages: [
        user,
        { role: 'assistant', content: 'Before.' },
        user,
        calling(['tooluse_abc']),
        result('tooluse_abc'),
      ],
    });
  },
);

test.each(all)('rule 60: what needs no change is the very same body (%j)', (limits) => {
  const body = {
    model: 'm',
    messages: [user, calling(['call_abc']), result('call_abc'), { role: 'assistant', content: 'y' }],
  };
  expect(fitTurns(body, limits)).toBe(body);
});

test('rule 60: reasoning of other servers passes, but never to OpenAI itself', () => {
  const signed = {
    id: 'call_1',
    type: 'function',
    function: {},
    extra_content: { google: { thought_signature: 'a' } },
  };
  const message = { role: 'assistant', content: '', reasoning_content: 'R', reasoning: 'R', tool_calls: [signed] };
  const body = { messages: [user, message, result('call_1')] };
  for (const limits of [compatible, container]) expect(fitTurns(body, limits)).toBe(body);
  const { extra_content: _left, ...bare } = signed;
  expect(fitTurns(body, openAi).messages[1]).toEqual({ role: 'assistant', content: '', tool_calls: [bare] });
});

test.each(all)(
  'rule 60: a bare id of 64 characters becomes one of at most 40, different ones stay different (%j)',
  (limits) => {
    const long = (last: string) => `tooluse_${'a'.repeat(55)}${last}`;
    const ids = [carrier(long('b')), carrier(long('c')), carrier('same', 'one'), carrier('same', 'two'), 'same'];
    const body = { messages: [user, calling(ids), ...ids.map(result)] };
    const found = idsOf(fitTurns(body, limits));
    expect(found.slice(0, 5)).toEqual(found.slice(5));
    expect(new Set(found).size).toBe(5);
    expect(found.every((id) => id !== undefined && /^[a-zA-Z0-9_.:-]{1,40}$/.test(id))).toBe(true);
    const longer = { messages: [...body.messages, user, calling(['call_9', ids[0]]), result('call_9')] };
    expect(idsOf(fitTurns(longer, limits)).slice(0, 10)).toEqual(found);
  },
);

test('rule 60: long ids without a mark of ours are cut where the server takes 40 characters, and pass where it may have given them', () => {
  const bedrocks = `tooluse_${'a'.repeat(50)}`;
  const withSignature = `call_1__thought__${'A+/='.repeat(40)}`;
  const body = { messages: [user, calling([bedrocks, withSignature]), result(bedrocks), result(withSignature)] };
  expect(fitTurns(body, container)).toBe(body);
  const [first, second] = idsOf(fitTurns(body, compatible));
  expect([first?.length, second]).toEqual([40, withSignature]);
  expect(idsOf(fitTurns(body, openAi)).map((id) => id?.length)).toEqual([40, 40, 40, 40]);
});

test('rule 60: an id of ours that was cut off on its way is bare as well', () => {
  const cut = carrier('tooluse_abc', 'thinking '.repeat(50)).slice(0, 301);
  const body = { messages: [user, calling([cut]), result(cut)] };
  expect(idsOf(fitTurns(body, compatible))).toEqual(['tooluse_abc', 'tooluse_abc']);
});

test.each([
  { messages: 'none' },
  { messages: [null, 1, [], { tool_calls: 'x' }, { tool_calls: [null, { id: 7 }], tool_call_id: {} }] },
  {},
])('what is no conversation is left to the server: %j', (body) => {
  for (const limits of all) expect(fitTurns(body, limits)).toBe(body);
});

test('a hostile history costs no more than its length', () => {
  const ids = Array.from({ length: 20_000 }, (_, at) => carrier('same', String(at)));
  const body = { messages: [user, calling(ids), ...ids.map(result)] };
  const started = process.cpuUsage();
  expect(new Set(idsOf(fitTurns(body, openAi))).size).toBe(20_000);
  expect(cpuMsSince(started)).toBeLessThan(5_000);
});
