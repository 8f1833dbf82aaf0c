import { thinkingParts } from '../../../dialects/thinking-parts.ts';
import type { ReasoningField } from '../origin.ts';

interface ReasoningMessage {
  readonly reasoning_content?: string | null;
}

/**
 * The field in which a server told what its model thought, and takes it back: `reasoning_content`, or `reasoning` of newer ones.
 * Undefined where it told nothing, or told it in parts of the content or in details, which go back in neither.
 */
export function reasoningField(message: ReasoningMessage): ReasoningField | undefined {
  if (typeof message.reasoning_content !== 'string') return undefined;
  const reasoning: unknown = Reflect.get(message, 'reasoning');
  if (typeof reasoning === 'string' && reasoning !== '') return 'reasoning';
  const isElsewhere = Reflect.has(message, thinkingParts) || Array.isArray(Reflect.get(message, 'reasoning_details'));
  return isElsewhere && message.reasoning_content !== '' ? undefined : 'reasoning_content';
}
