import type { ChatTemplate, ShippedTemplate } from '../catalog/catalog.ts';

// Written in Jinja as Hugging Face's chat templates are. A token that begins a whole prompt (`<s>`, `<|begin_of_text|>`) is
// missing on purpose: servers add it to what they are given, and twice is worse than never. Line feeds stand inside of
// expressions, since Jinja drops those that follow a tag.

/**
 * For formats in which the two sides take turns and a system message goes into the first turn: `system` is its text, or
 * empty; `turns` are the others.
 */
const alternating = `\
{% set system = messages[0].content | trim if messages and messages[0].role == 'system' else '' %}
{% set turns = messages[1:] if messages and messages[0].role == 'system' else messages %}
{% if turns | length % 2 == 0 %}{{ raise_exception('The last message must be the user\\'s, and user and assistant must take turns.') }}{% endif %}
{% for message in turns %}
{% if message.role != ('user' if loop.index0 % 2 == 0 else 'assistant') %}{{ raise_exception('After an optional system message, user and assistant must take turns.') }}{% endif %}
{% endfor %}
`;

/** The system text in front of the first turn's, with a blank line between. */
const prefaced = `(system + '\\n\\n' if loop.first and system else '') + message.content | trim`;

/** The templates that need no entry in the config, by the names of the formats that they write. */
export const shippedTemplates: Readonly<Record<ShippedTemplate, ChatTemplate>> = {
  chatml: {
    template: `\
{% for message in messages %}
{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' -}}
{% endfor %}
{{ '<|im_start|>assistant\\n' -}}
`,
    stop: ['<|im_end|>', '<|im_start|>'],
  },
  'llama-2': {
    template: `\
${alternating}
{%- for message in turns %}
{% if message.role == 'user' %}
{{ '[INST] ' + ('<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' if loop.first and system else '') + message.content | trim + ' [/INST]' -}}
{% else %}
{{ ' ' + message.content | trim + ' </s><s>' -}}
{% endif %}
{% endfor %}
`,
    stop: ['</s>', '[INST]'],
  },
  'llama-3': {
    template: `\
{% for message in messages %}
{{ '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' + message.content | trim + '<|eot_id|>' -}}
{% endfor %}
{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
`,
    stop: ['<|eot_id|>', '<|start_header_id|>'],
  },
  mistral: {
    template: `\
${alternating}
{%- for message in turns %}
{% if message.role == 'user' %}
{{ '[INST] ' + ${prefaced} + ' [/INST]' -}}
{% else %}
{{ ' ' + message.content | trim + '</s>' -}}
{% endif %}
{% endfor %}
`,
    stop: ['</s>', '[INST]'],
  },
  zephyr: {
    template: `\
{% for message in messages %}
{{ '<|' + message.role + '|>\\n' + message.content + '</s>\\n' -}}
{% endfor %}
{{ '<|assistant|>\\n' -}}
`,
    stop: ['</s>', '<|user|>', '<|system|>'],
  },
  vicuna: {
    template: `\
{% for message in messages %}
{% if message.role == 'system' %}
{{ message.content | trim + ' ' -}}
{% elif message.role == 'user' %}
{{ 'USER: ' + message.content | trim + ' ' -}}
{% else %}
{{ 'ASSISTANT: ' + message.content | trim + '</s>' -}}
{% endif %}
{% endfor %}
{{ 'ASSISTANT:' -}}
`,
    stop: ['</s>', 'USER:'],
  },
  alpaca: {
    template: `\
{% for message in messages %}
{% if message.role == 'system' %}
{{ message.content | trim + '\\n\\n' -}}
{% elif message.role == 'user' %}
{{ '### Instruction:\\n' + message.content | trim + '\\n\\n' -}}
{% else %}
{{ '### Response:\\n' + message.content | trim + '\\n\\n' -}}
{% endif %}
{% endfor %}
{{ '### Response:\\n' -}}
`,
    stop: ['### Instruction:', '</s>'],
  },
  gemma: {
    template: `\
${alternating}
{%- for message in turns %}
{% if message.role == 'user' %}
{{ '<start_of_turn>user\\n' + ${prefaced} + '<end_of_turn>\\n' -}}
{% else %}
{{ '<start_of_turn>model\\n' + message.content | trim + '<end_of_turn>\\n' -}}
{% endif %}
{% endfor %}
{{ '<start_of_turn>model\\n' -}}
`,
    stop: ['<end_of_turn>', '<start_of_turn>'],
  },
  plain: {
    template: `\
{% for message in messages %}
{{ message.role | capitalize + ': ' + message.content | trim + '\\n' -}}
{% endfor %}
{{ 'Assistant:' -}}
`,
    stop: ['\nUser:', '\nSystem:'],
  },
};
