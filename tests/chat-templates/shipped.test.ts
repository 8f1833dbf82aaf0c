import { hasTemplate } from '../../function/chat-templates/names.ts';
import { chatTemplate } from '../../function/chat-templates/render.ts';
import { shippedTemplates } from '../../function/chat-templates/shipped.ts';
import type { ShippedTemplate } from '../../function/catalog/catalog.ts';
import type { ChatRequest } from '../../function/dialects/chat.gen.ts';
import { refusal } from '../validate/refusal.ts';
import { templateNames } from '../../infra/settings/chat-templates.ts';

type Messages = ChatRequest['messages'];

function render(name: ShippedTemplate, messages: Messages): string {
  return chatTemplate(shippedTemplates[name])({ model: 'base', messages });
}

const conversation: Messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello.' },
  { role: 'user', content: 'What is 1+1?' },
];

/** What each format makes of the conversation, and of a question alone. */
const prompts: Readonly<Record<ShippedTemplate, readonly [conversation: string, question: string]>> = {
  chatml: [
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWhat is 1+1?<|im_end|>\n<|im_start|>assistant\n',
    '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
  ],
  'llama-2': [
    '[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello. </s><s>[INST] What is 1+1? [/INST]',
    '[INST] Hi [/INST]',
  ],
  'llama-3': [
    '<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhat is 1+1?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    '<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
  ],
  mistral: ['[INST] Be brief.\n\nHi [/INST] Hello.</s>[INST] What is 1+1? [/INST]', '[INST] Hi [/INST]'],
  zephyr: [
    '<|system|>\nBe brief.</s>\n<|user|>\nHi</s>\n<|assistant|>\nHello.</s>\n<|user|>\nWhat is 1+1?</s>\n<|assistant|>\n',
    '<|user|>\nHi</s>\n<|assistant|>\n',
  ],
  vicuna: ['Be brief. USER: Hi ASSISTANT: Hello.</s>USER: What is 1+1? ASSISTANT:', 'USER: Hi ASSISTANT:'],
  alpaca: [
    'Be brief.\n\n### Instruction:\nHi\n\n### Response:\nHello.\n\n### Instruction:\nWhat is 1+1?\n\n### Response:\n',
    '### Instruction:\nHi\n\n### Response:\n',
  ],
  gemma: [
    '<start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n<start_of_turn>user\nWhat is 1+1?<end_of_turn>\n<start_of_turn>model\n',
    '<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n',
  ],
  plain: ['System: Be brief.\nUser: Hi\nAssistant: Hello.\nUser: What is 1+1?\nAssistant:', 'User: Hi\nAssistant:'],
};

/** The strings at which a model that follows the format must stop. */
const stops: Readonly<Record<ShippedTemplate, readonly string[]>> = {
  chatml: ['<|im_end|>', '<|im_start|>'],
  'llama-2': ['</s>', '[INST]'],
  'llama-3': ['<|eot_id|>', '<|start_header_id|>'],
  mistral: ['</s>', '[INST]'],
  zephyr: ['</s>', '<|user|>', '<|system|>'],
  vicuna: ['</s>', 'USER:'],
  alpaca: ['### Instruction:', '</s>'],
  gemma: ['<end_of_turn>', '<start_of_turn>'],
  plain: ['\nUser:', '\nSystem:'],
};

const names = Object.keys(prompts) as ShippedTemplate[];

test('the config may name each template that is shipped, and no other', () => {
  expect(Object.keys(shippedTemplates).sort()).toEqual(templateNames({}).sort());
});

test('a name is one of a template that is shipped, or of the own ones', () => {
  expect(names.filter((name) => !hasTemplate({}, name))).toEqual([]);
  const own = { mine: { template: 'x', stop: [] } };
  expect(['mine', 'chatml', 'other', 'constructor'].map((name) => hasTemplate(own, name))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe.each(names)('the template %s', (name) => {
  const [whole, question] = prompts[name];

  test('writes a conversation in its format', () => {
    expect(render(name, conversation)).toBe(whole);
  });

  test('writes a question without a system message', () => {
    expect(render(name, [{ role: 'user', content: 'Hi' }])).toBe(question);
  });

  test('ends where the answer begins, so that no stop string of its own is at the end', () => {
    const { stop } = shippedTemplates[name];
    expect(stop).toEqual(stops[name]);
    expect(stop.filter((each) => whole.endsWith(each))).toEqual([]);
  });

  test('leaves Jinja in a message as it is', () => {
    const text = "{{ 7 * 7 }} {% raw %} {{ raise_exception('x') }}";
    expect(render(name, [{ role: 'user', content: text }])).toBe(question.replace('Hi', () => text));
  });
});

describe.each(['llama-2', 'mistral', 'gemma'] as const)('the template %s', (name) => {
  const lastOfUser = "The last message must be the user's, and user and assistant must take turns.";
  const inTurns = 'After an optional system message, user and assistant must take turns.';

  test.each<[string, Messages, string]>([
    [
      'two messages of the user in a row',
      [
        { role: 'user', content: 'Hi' },
        { role: 'user', content: 'there' },
        { role: 'user', content: '!' },
      ],
      inTurns,
    ],
    [
      'an answer at the end',
      [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello.' },
      ],
      lastOfUser,
    ],
    ['a system message alone', [{ role: 'system', content: 'Be brief.' }], lastOfUser],
  ])('says that it takes turns only, for %s', (_case, messages, why) => {
    expect(refusal(() => render(name, messages))).toEqual({
      status: 400,
      code: 'invalid_value',
      param: 'messages',
      message: `The chat template of this model does not take these messages: ${why}`,
    });
  });
});
