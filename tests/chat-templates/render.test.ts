import { chatTemplates } from '../../function/chat-templates/load.ts';
import { chatTemplate } from '../../function/chat-templates/render.ts';
import { refusal } from '../validate/refusal.ts';
import type { ChatRequest } from '../../function/dialects/chat.gen.ts';

const question: ChatRequest = { model: 'base', messages: [{ role: 'user', content: 'Hi' }] };

function render(template: string, chat = question): string {
  return chatTemplate({ template, stop: [] })(chat);
}

describe('a chat template', () => {
  test("knows the variables that Hugging Face's templates use", () => {
    const template =
      "{{ bos_token }}{{ eos_token }}{% for m in messages %}{{ m['role'] }}={{ m['content'] }};{% endfor %}{% if add_generation_prompt %}go{% endif %}";
    const messages: ChatRequest['messages'] = [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'there' },
        ],
      },
      { role: 'assistant', content: null, refusal: 'No.' },
    ];
    expect(render(template, { model: 'base', messages })).toBe('system=Be brief.;user=Hi\nthere;assistant=No.;go');
  });

  test('knows the date', () => {
    expect(render("{{ strftime_now('%Y') }}")).toMatch(/^2\d{3}$/);
  });

  test.each([
    ['Only questions, please.', 'Only questions, please.'],
    ['x'.repeat(300), 'x'.repeat(300)],
    ['x'.repeat(301), `${'x'.repeat(300)}…`],
  ])('gives the words of raise_exception to the caller, cut to a sentence: %s', (content, words) => {
    const chat: ChatRequest = { model: 'base', messages: [{ role: 'user', content }] };
    expect(refusal(() => render('{{ raise_exception(messages[0].content) }}', chat))).toEqual({
      status: 400,
      code: 'invalid_value',
      param: 'messages',
      message: `The chat template of this model does not take these messages: ${words}`,
    });
  });

  test("that cannot be read is the stack's fault, and says so", () => {
    expect(refusal(() => render('{% for m in %}'))).toEqual({
      status: 500,
      code: 'invalid_chat_template',
      param: null,
      message: expect.stringMatching(/^The chat template of this model cannot be read: ./),
    });
  });

  test('is read once', () => {
    const template = { template: 'x', stop: [] };
    expect(chatTemplate(template)).toBe(chatTemplate(template));
  });
});

describe('a template by its name', () => {
  test('is the own before the one that is shipped', async () => {
    const own = { chatml: { template: 'mine', stop: ['END'] } };
    const { render: mine, stop } = await chatTemplates(own)('chatml');
    expect([mine(question), stop]).toEqual(['mine', ['END']]);
    const shipped = await chatTemplates({})('chatml');
    expect(shipped.render(question)).toContain('<|im_start|>');
    expect(shipped.stop).toContain('<|im_end|>');
  });

  test.each(['nothing', 'constructor', '__proto__'])(
    'that is not there (%s) is an error that says so',
    async (name) => {
      await expect(chatTemplates({})(name)).rejects.toMatchObject({
        status: 500,
        code: 'invalid_chat_template',
        message: 'This model is configured with a chat template that does not exist.',
      });
    },
  );
});

describe('what a prompt cannot hold is refused, and the member named', () => {
  test.each<[string, ChatRequest['messages'][number]]>([
    [
      'messages[1].content[0].type',
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] },
    ],
    ['messages[1].content[0].type', { role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }],
    ['messages[1].role', { role: 'tool', tool_call_id: 'a', content: '4' }],
    ['messages[1].role', { role: 'function', name: 'f', content: '4' }],
    ['messages[1].function_call', { role: 'assistant', function_call: { name: 'f', arguments: '{}' } }],
    ['messages[1].audio', { role: 'assistant', audio: { id: 'a' } }],
    [
      'messages[1].tool_calls',
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    ],
  ])('%s', (param, message) => {
    const refused = () => render('x', { model: 'base', messages: [...question.messages, message] });
    expect(refused).toThrow(expect.objectContaining({ status: 400, code: 'unsupported_parameter', param }));
  });
});
