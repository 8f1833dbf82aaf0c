import type { ChatChunk } from '../../../dialects/chat.gen.ts';
import { errorBody, type ErrorBody } from '../../../errors.ts';
import type { Plan } from '../plan.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { deltaChunk, finishChunk, type Delta, type Frame } from './chunks.ts';
import { finishReason } from './finish-reason.ts';
import type { CallForm, StreamedCall } from './streamed-call.ts';

/** What a chat stream sends: chunks, and an error object at most once, at its end. */
export type Out = ChatChunk | ErrorBody;

/** How one kind of call is streamed: its first delta, and how a piece of its arguments is put. */
interface Form {
  readonly start: (call: StreamedCall) => Delta;
  readonly piece: (call: StreamedCall, text: string) => Delta;
}

const forms: Readonly<Record<Exclude<CallForm, 'json'>, Form>> = {
  function: {
    start: ({ index, id, name }) => ({
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
    }),
    piece: ({ index }, text) => ({ tool_calls: [{ index, function: { arguments: text } }] }),
  },
  custom: {
    start: ({ index, id, name }) => ({ tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] }),
    piece: ({ index }, text) => ({ tool_calls: [{ index, custom: { input: text } }] }),
  },
  legacy: {
    start: ({ name }) => ({ function_call: { name, arguments: '' } }),
    piece: (_call, text) => ({ function_call: { arguments: text } }),
  },
};

/** Writes one choice of a chat stream as chunks. */
export function chatWriter(frame: Frame, index: number, plan: Plan): AnswerWriter<Out> {
  return {
    open: (out) => out.push(deltaChunk(frame, index, { role: 'assistant', content: '', refusal: null })),
    text: (piece, out) => out.push(deltaChunk(frame, index, { content: piece })),
    reasoning: (piece, out) => out.push(deltaChunk(frame, index, { reasoning_content: piece })),
    callStart(call, out) {
      if (call.form !== 'json') out.push(deltaChunk(frame, index, forms[call.form].start(call)));
    },
    callPiece(call, piece, out) {
      if (call.form !== 'json') out.push(deltaChunk(frame, index, forms[call.form].piece(call, piece)));
    },
    callEnd() {},
    stop: (stopReason, calls, out) => out.push(finishChunk(frame, index, finishReason(stopReason, calls, plan))),
    fail: (error, out) => out.push(errorBody(error)),
  };
}
