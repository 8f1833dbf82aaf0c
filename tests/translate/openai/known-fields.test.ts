import { withKnownFields } from '../../../function/translate/openai/known-fields.ts';

const known = { model: 'any', messages: { role: 'any', content: { text: 'any' } } } as const;
const others = new Set(['top_k', 'chat_template_kwargs', 'add_generation_prompt']);

function kept(body: object): unknown[] {
  const { body: sent, leftOut } = withKnownFields(body, { known, others });
  return [sent, [...leftOut]];
}

test.each<[object, object, string[]]>([
  [{ model: { any: { thing: 1 } } }, { model: { any: { thing: 1 } } }, []],
  [{ model: 'm', newer: 1 }, { model: 'm' }, ['newer']],
  [{ model: 'm', newer: null, another: undefined }, { model: 'm' }, []],
  [
    { messages: [{ role: 'user', content: [{ text: 'a', video: 1 }], name: 'x' }] },
    { messages: [{ role: 'user', content: [{ text: 'a' }] }] },
    ['messages.content.video', 'messages.name'],
  ],
  [{ messages: { role: 'user', name: 'x' } }, { messages: { role: 'user' } }, ['messages.name']],
  [{ messages: 'a' }, { messages: 'a' }, []],
  [{ messages: [null, 1] }, { messages: [null, 1] }, []],
  [{ top_k: { any: 1 }, messages: [{ top_k: 1 }] }, { top_k: { any: 1 }, messages: [{ top_k: 1 }] }, []],
  [JSON.parse('{"constructor":1,"toString":null}') as object, {}, ['constructor']],
])('%j has the fields that are known, at any depth', (body, sent, leftOut) => {
  expect(kept(body)).toEqual([sent, leftOut]);
});

test.each<[unknown, unknown, string[]]>([
  [{ thinking: true, effort: null, budget: 5 }, { thinking: true, effort: null, budget: 5 }, []],
  [{ messages: [] }, {}, ['chat_template_kwargs.messages']],
  [{ list: [1], object: {} }, {}, ['chat_template_kwargs.list', 'chat_template_kwargs.object']],
  [{ add_generation_prompt: { a: 1 } }, { add_generation_prompt: { a: 1 } }, []],
  ['a', 'a', []],
  [null, null, []],
])('variables of a chat template are plain values: %j', (given, sent, leftOut) => {
  expect(kept({ chat_template_kwargs: given })).toEqual([{ chat_template_kwargs: sent }, leftOut]);
});

test('a body with nothing to leave out is given as it is', () => {
  const body = { model: 'm', messages: [{ role: 'user' }], chat_template_kwargs: { a: 1 } };
  expect(kept(body)[0]).toBe(body);
  const any = { newer: 1 };
  expect(withKnownFields(any, { known: 'any', others })).toEqual({ body: any, leftOut: new Set() });
});
