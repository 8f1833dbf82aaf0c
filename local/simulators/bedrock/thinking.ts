import type { Family } from './families.ts';
import { asObject, asString } from '../../json.ts';
import type { ConverseRequest } from './wire.ts';

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf({ additionalModelRequestFields }: ConverseRequest): Fields {
  return asObject(additionalModelRequestFields) ?? {};
}

/** Claude's native member `thinking`, or the alias that Bedrock knows for it; DeepSeek's is an effort alone. */
export function thinkingOf(request: ConverseRequest): Fields | undefined {
  const fields = fieldsOf(request);
  const value = fields['thinking'] ?? fields['reasoning_config'];
  return value === undefined ? undefined : (asObject(value) ?? { type: value });
}

/** Reasoning effort that a request asks for, such as `high`; undefined when it names none. */
export function effortOf(request: ConverseRequest): string | undefined {
  return request.outputConfig?.effort ?? asString(asObject(fieldsOf(request)['output_config'])?.['effort']);
}

const isThinkingBy: Readonly<Record<Family['thinks'], (request: ConverseRequest) => boolean>> = {
  never: () => false,
  always: () => true,
  'unless disabled': (request) => thinkingOf(request)?.['type'] !== 'disabled' && nestedEffort(request) !== 'none',
  asked: isAsked,
};

/** Whether the model reasons before it answers this request. */
export function isThinking(request: ConverseRequest, family: Family): boolean {
  return isThinkingBy[family.thinks](request);
}

function isAsked(request: ConverseRequest): boolean {
  const types = [thinkingOf(request)?.['type'], asObject(fieldsOf(request)['reasoningConfig'])?.['type']];
  return types.some((type) => type !== undefined && type !== 'disabled');
}

/** The effort of GPT-5.x, which calls no effort at all `none`. */
function nestedEffort(request: ConverseRequest): string | undefined {
  return asString(asObject(fieldsOf(request)['reasoning'])?.['effort']);
}
