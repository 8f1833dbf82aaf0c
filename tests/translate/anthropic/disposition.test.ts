import { messagesBlocks, messagesFields, messagesSources } from '../../../function/translate/anthropic/disposition.ts';
import { rebuildMessages } from '../../../function/translate/anthropic/rebuild-messages.ts';

/** A value that may stand in each field that the stack passes on or refuses. */
const values: Readonly<Record<string, unknown>> = {
  messages: [],
  system: 'Hi',
  tools: [],
  tool_choice: { type: 'auto' },
  stop_sequences: [],
  thinking: { type: 'disabled' },
  output_config: { effort: 'low' },
  output_format: { type: 'json_schema' },
  metadata: { user_id: 'a' },
  service_tier: 'priority',
};

/** What becomes of one field of a body that the stack pays. */
function treated(body: Readonly<Record<string, unknown>>): string {
  try {
    const { ignored } = rebuildMessages(body, []);
    return ignored.length > 0 ? 'ignored' : 'mapped';
  } catch {
    return 'refused';
  }
}

// The model and the form of the answer are read before; version and flags are headers.
const elsewhere = new Set(['model', 'stream', 'anthropic_beta', 'anthropic_version']);

test.each(Object.entries(messagesFields).filter(([field]) => !elsewhere.has(field)))(
  'the field %s is treated as the page says',
  (field, [disposition]) => {
    expect(treated({ [field]: values[field] ?? 1 })).toBe(disposition);
  },
);

test.each(Object.entries(messagesBlocks))(
  'a block of the type %s is treated as the page says',
  (type, [disposition]) => {
    const block = ['image', 'document'].includes(type) ? { type, source: { type: 'base64' } } : { type };
    expect(treated({ messages: [{ role: 'user', content: [block] }] })).toBe(disposition);
  },
);

test.each(Object.entries(messagesSources))(
  'a source of the type %s is treated as the page says',
  (type, [disposition]) => {
    const document = { type: 'document', source: { type, content: 'Hi' } };
    const rest = type === 'content' ? document : { type: 'document', source: { type } };
    expect(treated({ messages: [{ role: 'user', content: [rest] }] })).toBe(disposition);
  },
);
