import type { Answer, Block } from '../../common/limit.ts';
import { asObject, parsed } from '../../../json.ts';
import type { ConverseRequest } from '../wire.ts';
import type { Usage } from './usage.ts';

/** An answer with what is reported beside it: both Converse and ConverseStream are written from it. */
export interface Reply {
  readonly answer: Answer;
  readonly usage?: Usage;
  readonly latencyMs: number;
  /** Members that the request asks to be echoed or that a guardrail adds. */
  readonly beside: Readonly<Record<string, unknown>>;
}

/** The body of a Converse response. */
export function converseBody(
  { answer, usage, latencyMs, beside }: Reply,
  request: ConverseRequest,
): Record<string, unknown> {
  return {
    output: { message: { role: 'assistant', content: answer.blocks.map(contentBlock) } },
    stopReason: answer.stopReason,
    usage,
    metrics: { latencyMs },
    ...beside,
    ...nativeFields(request, { stop_sequence: answer.stopSequence ?? null }),
  };
}

function contentBlock(block: Block): Record<string, unknown> {
  if (block.kind === 'text') return { text: block.text };
  if (block.kind === 'redacted') return { reasoningContent: { redactedContent: block.content } };
  if (block.kind === 'call')
    // Arguments that maxTokens cut off are no JSON any more: what is left of them is lost.
    return { toolUse: { toolUseId: block.id, name: block.name, input: parsed(block.input) ?? {} } };
  return { reasoningContent: { reasoningText: { text: block.text, signature: block.signature } } };
}

/** The members of the model's own answer that the request points at. */
export function nativeFields(
  { additionalModelResponseFieldPaths = [] }: ConverseRequest,
  native: object,
): Record<string, unknown> {
  const found = additionalModelResponseFieldPaths
    .map((pointer) => valueAt(native, pointer.split('/').slice(1)))
    .filter((fields) => fields !== undefined);
  return found.length === 0 ? {} : { additionalModelResponseFields: Object.assign({}, ...found) };
}

function valueAt(value: unknown, [step, ...rest]: readonly string[]): Record<string, unknown> | undefined {
  const object = asObject(value);
  if (step === undefined || object === undefined || !(step in object)) return undefined;
  if (rest.length === 0) return { [step]: object[step] };
  const inner = valueAt(object[step], rest);
  return inner === undefined ? undefined : { [step]: inner };
}
