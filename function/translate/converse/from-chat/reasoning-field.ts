import { thinkingParts } from '../../../dialects/thinking-parts.ts';
import type { ReasoningField } from '../origin.ts';

interface Told {
  readonly reasoning_content?: string | null;
}

/**
 * The field in which a server told what its model thought, and takes it back: `reasoning_content`, or `reasoning` of newer ones.
 * Undefined where it told nothing, or told it in parts of the content or in details, which go back in neither.
 */
export function reasoningField(said: Told): ReasoningField | undefined {
  if (typeof said.reasoning_content !== 'string') return undefined;
  const reasoning: unknown = Reflect.get(said, 'reasoning');
  if (typeof reasoning === 'string' && reasoning !== '') return 'reasoning';
  const isElsewhere = Reflect.has(said, thinkingParts) || Array.isArray(Reflect.get(said, 'reasoning_details'));
  return isElsewhere && said.reasoning_content !== '' ? undefined : 'reasoning_content';
}
