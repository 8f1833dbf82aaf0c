import { thinkingParts } from '../../dialects/thinking-parts.ts';
import { isObject } from '../../dialects/json.ts';
import type { Value } from './answer-reader.ts';

/** What a message or delta says in textIn. */
export interface MessageTexts {
  /** undefined where the field is absent. */
  readonly content: string | null | undefined;
  /** undefined where the server tells nothing of what the model thought; empty where it tells that it did not think yet. */
  readonly reasoning: string | undefined;
  /** Whether it stood in parts of the content, and not in a field of its own. */
  readonly inParts?: boolean;
  readonly refusal: string | undefined;
}

/** The textIn of a message or delta; undefined where its content is of no kind that holds text. */
export function textsOf(said: Value): MessageTexts | undefined {
  const { content, refusal } = said;
  const refused = typeof refusal === 'string' ? refusal : undefined;
  if (typeof content === 'string' || content === undefined || content === null) {
    return { content, reasoning: reasoningOf(said), refusal: refused };
  }
  if (typeof content !== 'object') return undefined;
  // A part alone stands for a list of it.
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  return {
    content: joinTexts(parts, textOf),
    ...thoughtsIn(parts, reasoningOf(said)),
    refusal: refused ?? (joinTexts(parts, refusalOf) || undefined),
  };
}

/**
 * The field that holds what the model thought, whichever name the server has for it; marked where the server has none, and so
 * takes nothing back by that name.
 */
export function reasoningField({ reasoning, inParts }: MessageTexts): {
  readonly reasoning_content?: string;
  readonly [thinkingParts]?: true;
} {
  if (reasoning === undefined) return {};
  return { reasoning_content: reasoning, ...(inParts === true && { [thinkingParts]: true as const }) };
}

function thoughtsIn(
  parts: readonly unknown[],
  reasoning: string | undefined,
): { readonly reasoning: string | undefined; readonly inParts: boolean } {
  const thought = reasoning ? '' : joinTexts(parts, thoughtOf);
  return thought === '' ? { reasoning, inParts: false } : { reasoning: thought, inParts: true };
}

/** `reasoning_content` of most servers, `reasoning` of newer ones, `reasoning_details` of gateways; the first that says anything. */
function reasoningOf({ reasoning_content: content, reasoning, reasoning_details: details }: Value): string | undefined {
  const found = thoughts(content) || thoughts(reasoning) || thoughts(details);
  return found === '' && content !== '' ? undefined : found;
}

function thoughts(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return joinTexts(Array.isArray(value) ? value : [value], (part) => textOf(part) || thoughtOf(part));
}

function joinTexts(parts: readonly unknown[], textIn: (part: unknown) => string): string {
  return parts.map(textIn).join('');
}

/** The text of a part; a reference, a picture and what is not known have none. */
function textOf(part: unknown): string {
  if (typeof part === 'string') return part;
  if (!isObject(part)) return '';
  const { type, text } = part;
  return typeof text === 'string' && type !== 'thinking' && type !== 'reasoning' ? text : '';
}

/** What a part of another kind says of the model's thoughts: as text, or as a list of texts. */
function thoughtOf(part: unknown): string {
  if (!isObject(part)) return '';
  const { type, thinking, text, summary } = part;
  const said = thinking ?? (type === 'thinking' || type === 'reasoning' ? text : summary);
  if (typeof said === 'string') return said;
  return Array.isArray(said) ? joinTexts(said, textOf) : '';
}

function refusalOf(part: unknown): string {
  return isObject(part) && typeof part['refusal'] === 'string' ? part['refusal'] : '';
}
