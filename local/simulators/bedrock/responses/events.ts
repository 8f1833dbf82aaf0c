import { asObject } from '../../../json.ts';
import { inPieces } from '../../common/tokens.ts';
import type { Json, Written } from './reply.ts';

// A text arrives in about so many pieces, the arguments of a call in fewer.
const maxTextPieces = 14;
const maxInputPieces = 4;

/** The events of a response in OpenAI's order, numbered. */
export function responseEvents({ begun, whole, output }: Written): Json[] {
  const events: Json[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap(itemEvents),
    { type: `response.${String(whole['status'])}`, response: whole },
  ];
  return events.map((event, sequence_number) => Object.assign({}, event, { sequence_number }));
}

function itemEvents(item: Json, output_index: number): Json[] {
  const at = { item_id: item['id'], output_index };
  const [begun, inside] = partsOf(item, at);
  return [
    { type: 'response.output_item.added', output_index, item: begun },
    ...inside,
    { type: 'response.output_item.done', output_index, item },
  ];
}

/** An item as it begins, and the events until it is whole. */
function partsOf(item: Json, at: Json): [Json, Json[]] {
  if (item['type'] === 'message') return [{ ...item, status: 'in_progress', content: [] }, messageEvents(item, at)];
  if (item['type'] === 'function_call') {
    const { name, arguments: text } = item;
    const told = pieces('response.function_call_arguments', String(text), at);
    const done = { type: 'response.function_call_arguments.done', ...at, name, arguments: text };
    return [{ ...item, status: 'in_progress', arguments: '' }, [...told, done]];
  }
  if (item['type'] === 'custom_tool_call') {
    const told = pieces('response.custom_tool_call_input', String(item['input']), at);
    return [
      { ...item, input: '' },
      [...told, { type: 'response.custom_tool_call_input.done', ...at, input: item['input'] }],
    ];
  }
  return [item, []];
}

function pieces(type: string, text: string, at: Json): Json[] {
  return inPieces(text, maxInputPieces).map((delta) => Object.assign({ type: `${type}.delta` }, at, { delta }));
}

function messageEvents({ content }: Json, place: Json): Json[] {
  const at = { ...place, content_index: 0 };
  const part = (Array.isArray(content) ? asObject(content[0]) : undefined) ?? {};
  const text = String(part['text']);
  const deltas = inPieces(text, maxTextPieces).map((delta) =>
    Object.assign({ type: 'response.output_text.delta', delta, logprobs: [] }, at),
  );
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...deltas,
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
  ];
}
