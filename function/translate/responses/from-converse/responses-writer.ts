import type {
  OutputItem,
  ResponseErrorEvent,
  ResponseFailedEvent,
  ResponsesEvent,
} from '../../../dialects/responses.gen.ts';
import { errorBody, type ApiError } from '../../../errors.ts';
import { converseFinishReasons } from '../../finish-reason.ts';
import type { AnswerWriter } from '../../chat/from-converse/answer-writer.ts';
import { takeReasoning, type ReasoningBlocks } from '../../chat/from-converse/reasoning-blocks.ts';
import type { StreamedCall } from '../../chat/from-converse/streamed-call.ts';
import { writeEncryptedReasoning } from '../encrypted-reasoning.ts';
import type { Plan } from '../plan.ts';
import { errorEvent, failedCode } from './failure.ts';
import {
  customCallItem,
  functionCallItem,
  messageItem,
  reasoningItem,
  searchCallItem,
  textPartOf,
  type CallText,
} from './items.ts';
import { responseObject, type ResponseEnding, type ResponseState } from './response.ts';

type Out = ResponsesEvent[];

/** An event of any type without its number: events are numbered in the order in which they are written. */
type Unnumbered<Event = ResponsesEvent> = Event extends ResponsesEvent ? Omit<Event, 'sequence_number'> : never;

/** The kinds of items that call a tool, each with the beginning of its IDs. */
const callIds = { function: 'fc', custom: 'ctc', search: 'tsc' } as const;

type ItemForm = keyof typeof callIds;

/** The item of a call that is being written. */
interface OpenCall {
  readonly form: ItemForm;
  readonly index: number;
  readonly call: Omit<CallText, 'text'>;
  text: string;
}

/** The item of text that is being written. */
interface OpenText {
  readonly kind: 'message' | 'reasoning';
  readonly id: string;
  readonly index: number;
  text: string;
}

/** Writes an answer as the events of a response. Holds the items of its output, which the last event repeats. */
export class ResponsesWriter implements AnswerWriter<ResponsesEvent> {
  readonly #response: ResponseState;
  readonly #plan: Pick<Plan, 'names' | 'encryptsReasoning'>;
  readonly #family: string;
  readonly #reasoning: ReasoningBlocks | undefined;
  readonly #output: OutputItem[] = [];
  /** Places in the output of items that are whole. */
  readonly #done = new Set<number>();
  readonly #calls = new Map<StreamedCall, OpenCall>();
  /** Calls whose blocks are over, until what follows tells whether the model finished them. */
  readonly #ended: OpenCall[] = [];
  #open: OpenText | undefined;
  #sequence = 0;
  #isCreated = false;
  /** Set when the answer is whole: the last event waits for the usage. */
  #ending: Pick<ResponseEnding, 'status' | 'incomplete_details'> | undefined;

  constructor({
    response,
    plan,
    family,
    reasoning,
  }: {
    readonly response: Omit<ResponseState, 'output'>;
    readonly plan: Pick<Plan, 'names' | 'encryptsReasoning'>;
    readonly family: string;
    /** The model's signed reasoning, where the family wants it back. */
    readonly reasoning: ReasoningBlocks | undefined;
  }) {
    this.#response = { ...response, output: this.#output };
    this.#plan = plan;
    this.#family = family;
    this.#reasoning = reasoning;
  }

  open(out: Out): void {
    this.#isCreated = true;
    const response = responseObject(this.#response, { status: 'in_progress' });
    this.#add(out, { type: 'response.created', response });
    this.#add(out, { type: 'response.in_progress', response });
  }

  text(piece: string, out: Out): void {
    const { id, index } = this.#textItem('message', out);
    if (this.#open !== undefined) this.#open.text += piece;
    this.#add(out, {
      type: 'response.output_text.delta',
      item_id: id,
      output_index: index,
      content_index: 0,
      delta: piece,
      logprobs: [],
    });
  }

  reasoning(piece: string, out: Out): void {
    const { id, index } = this.#textItem('reasoning', out);
    if (this.#open !== undefined) this.#open.text += piece;
    this.#add(out, {
      type: 'response.reasoning_summary_text.delta',
      item_id: id,
      output_index: index,
      summary_index: 0,
      delta: piece,
    });
  }

  beforeCall(out: Out): void {
    this.#closeCalls(out, 'completed');
    this.#closeText(out, 'completed');
    this.#sealReasoning(out);
  }

  callStart(call: StreamedCall, out: Out): void {
    const index = this.#output.length;
    const names = this.#plan.names.namesOf(call.name);
    const form = this.#formOf(call);
    const begun = { form, index, call: { id: this.#id(callIds[form], index), callId: call.id, names }, text: '' };
    this.#calls.set(call, begun);
    this.#addItem(callItem(begun, 'in_progress'), index, out);
  }

  callPiece(call: StreamedCall, piece: string, out: Out): void {
    const written = this.#calls.get(call);
    if (written === undefined) return;
    written.text += piece;
    // The arguments of a search for tools come whole, with its item.
    if (written.form === 'search') return;
    const type =
      written.form === 'custom' ? 'response.custom_tool_call_input.delta' : 'response.function_call_arguments.delta';
    this.#add(out, { type, item_id: written.call.id, output_index: written.index, delta: piece });
  }

  callEnd(streamed: StreamedCall): void {
    const written = this.#calls.get(streamed);
    if (written === undefined) return;
    this.#calls.delete(streamed);
    this.#ended.push(written);
  }

  stop(stopReason: string, _calls: number, out: Out): void {
    const ending = endingOf(stopReason);
    const last = ending.status === 'incomplete' ? 'incomplete' : 'completed';
    this.#closeCalls(out, last);
    this.#closeText(out, last);
    this.#sealReasoning(out);
    this.#ending = ending;
  }

  fail(error: ApiError, out: Out): void {
    out.push(this.failed(errorEvent(errorBody(error))));
  }

  /** The last event of an answer that is whole; undefined for one that was cut short. */
  finished(used: Pick<ResponseEnding, 'used' | 'tier'>): ResponsesEvent | undefined {
    if (this.#ending === undefined) return undefined;
    const response = responseObject(this.#response, { ...this.#ending, ...used });
    const isWhole = this.#ending.status === 'completed';
    return { type: isWhole ? 'response.completed' : 'response.incomplete', response, sequence_number: this.#next() };
  }

  /** The last event of an answer that failed. A response that was created fails itself; else the error is an event of its own. */
  failed(error: ResponseErrorEvent): ResponseErrorEvent | ResponseFailedEvent {
    const sequence_number = this.#next();
    if (!this.#isCreated) return { ...error, sequence_number };
    const { code, message } = error;
    const output = this.#output.filter((_item, index) => this.#done.has(index));
    const response = responseObject(
      { ...this.#response, output },
      { status: 'failed', error: { code: failedCode(code), message } },
    );
    return { type: 'response.failed', response, sequence_number };
  }

  /** The item of text of this kind that goes on, or a new one behind what was open. */
  #textItem(kind: OpenText['kind'], out: Out): OpenText {
    if (this.#open?.kind === kind) return this.#open;
    this.#closeCalls(out, 'completed');
    this.#closeText(out, 'completed');
    if (kind === 'message') this.#sealReasoning(out);
    const index = this.#output.length;
    const opened: OpenText = { kind, id: this.#id(kind === 'message' ? 'msg' : 'rs', index), index, text: '' };
    this.#open = opened;
    if (kind === 'message') this.#openMessage(opened, out);
    else this.#openReasoning(opened, out);
    return opened;
  }

  #openMessage({ id, index }: OpenText, out: Out): void {
    this.#addItem(messageItem(id, 'in_progress'), index, out);
    const at = { item_id: id, output_index: index, content_index: 0 };
    this.#add(out, { type: 'response.content_part.added', ...at, part: textPartOf('') });
  }

  #openReasoning({ id, index }: OpenText, out: Out): void {
    this.#addItem(reasoningItem(id, '', undefined), index, out);
    const at = { item_id: id, output_index: index, summary_index: 0 };
    this.#add(out, { type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } });
  }

  #closeText(out: Out, status: 'completed' | 'incomplete'): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.kind === 'message') this.#closeMessage(open, status, out);
    else if (open !== undefined) this.#closeReasoning(open, out);
  }

  #closeMessage({ id, index, text }: OpenText, status: 'completed' | 'incomplete', out: Out): void {
    const at = { item_id: id, output_index: index, content_index: 0 };
    this.#add(out, { type: 'response.output_text.done', ...at, text, logprobs: [] });
    this.#add(out, { type: 'response.content_part.done', ...at, part: textPartOf(text) });
    this.#itemDone(messageItem(id, status, text), index, out);
  }

  #closeReasoning({ id, index, text }: OpenText, out: Out): void {
    const at = { item_id: id, output_index: index, summary_index: 0 };
    this.#add(out, { type: 'response.reasoning_summary_text.done', ...at, text });
    this.#add(out, { type: 'response.reasoning_summary_part.done', ...at, part: { type: 'summary_text', text } });
    this.#itemDone(reasoningItem(id, text, this.#encrypted()), index, out);
  }

  /** Ends the calls whose blocks are over. One that a limit cut looks whole: Bedrock ends its block, and a whole reply has its input as JSON. */
  #closeCalls(out: Out, status: 'completed' | 'incomplete'): void {
    for (const ended of this.#ended.splice(0)) {
      const { form, index, call, text } = ended;
      const at = { item_id: call.id, output_index: index };
      const { name } = call.names;
      if (form === 'custom') this.#add(out, { type: 'response.custom_tool_call_input.done', ...at, input: text });
      else if (form === 'function')
        this.#add(out, { type: 'response.function_call_arguments.done', ...at, name, arguments: text });
      this.#itemDone(callItem(ended, status), index, out);
    }
  }

  /** Reasoning without a text, such as a redacted block, has an item only where that carries it. */
  #sealReasoning(out: Out): void {
    const encrypted = this.#encrypted();
    if (!encrypted) return;
    const index = this.#output.length;
    const id = this.#id('rs', index);
    this.#addItem(reasoningItem(id, '', undefined), index, out);
    this.#itemDone(reasoningItem(id, '', encrypted), index, out);
  }

  /** The reasoning since it was last taken; null where there is nothing to carry, undefined where nobody asked for it. */
  #encrypted(): string | null | undefined {
    if (!this.#plan.encryptsReasoning) return undefined;
    const reasoning = this.#reasoning === undefined ? [] : takeReasoning(this.#reasoning);
    return writeEncryptedReasoning({ family: this.#family, reasoning }) ?? null;
  }

  #formOf({ form, name }: StreamedCall): ItemForm {
    if (form === 'custom') return 'custom';
    return this.#plan.names.isSearch(name) ? 'search' : 'function';
  }

  #addItem(item: OutputItem, index: number, out: Out): void {
    this.#output[index] = item;
    this.#add(out, { type: 'response.output_item.added', output_index: index, item });
  }

  #itemDone(item: OutputItem, index: number, out: Out): void {
    this.#output[index] = item;
    this.#done.add(index);
    this.#add(out, { type: 'response.output_item.done', output_index: index, item });
  }

  #add(out: Out, event: Unnumbered): void {
    out.push({ ...event, sequence_number: this.#next() });
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence - 1;
  }

  /** An ID of an item: that of the response, and the place in its output. */
  #id(prefix: 'msg' | 'rs' | (typeof callIds)[ItemForm], index: number): string {
    const { id } = this.#response.stamp;
    return `${prefix}_${id.slice(id.indexOf('_') + 1)}${index.toString(16).padStart(4, '0')}`;
  }
}

function callItem({ form, call, text }: OpenCall, status: 'in_progress' | 'completed' | 'incomplete'): OutputItem {
  const whole = { ...call, text };
  if (form === 'custom') return customCallItem(whole);
  return form === 'search' ? searchCallItem(whole, status) : functionCallItem(whole, status);
}

function endingOf(stopReason: string): Pick<ResponseEnding, 'status' | 'incomplete_details'> {
  const reason = converseFinishReasons.get(stopReason);
  if (reason === 'length') return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (reason === 'content_filter') return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed' };
}
