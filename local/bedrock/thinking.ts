import type { Family } from './families.ts';
import { asObject, asString, type ConverseRequest } from './wire.ts';

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf({ additionalModelRequestFields }: ConverseRequest): Fields {
  return asObject(additionalModelRequestFields) ?? {};
}

/** Claude's native member `thinking`, or the alias that Bedrock knows for it. */
export function thinkingOf(request: ConverseRequest): Fields | undefined {
  const fields = fieldsOf(request);
  const value = fields['thinking'] ?? fields['reasoning_config'];
  return value === undefined ? undefined : (asObject(value) ?? {});
}

export function effortOf(request: ConverseRequest): string | undefined {
  return request.outputConfig?.effort ?? asString(asObject(fieldsOf(request)['output_config'])?.['effort']);
}

const ASKS: Readonly<Record<Family['thinks'], (request: ConverseRequest) => boolean>> = {
  never: () => false,
  always: () => true,
  'unless disabled': (request) => thinkingOf(request)?.['type'] !== 'disabled',
  asked: isAsked,
};

/** Whether the model reasons before it answers this request. */
export function isThinking(request: ConverseRequest, family: Family): boolean {
  return ASKS[family.thinks](request);
}

function isAsked(request: ConverseRequest): boolean {
  const { reasoningConfig, reasoning } = fieldsOf(request);
  const types = [thinkingOf(request)?.['type'], asObject(reasoningConfig)?.['type']];
  const effort = asString(asObject(reasoning)?.['effort']);
  return types.some((type) => type === 'enabled' || type === 'adaptive') || (effort !== undefined && effort !== 'none');
}
