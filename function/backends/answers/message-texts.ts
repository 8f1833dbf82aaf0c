import { thinkingParts } from '../../dialects/thinking-parts.ts';
import { isObject } from '../../dialects/json.ts';
import type { Value } from './answer-reader.ts';

/** The texts of a message or delta. */
export interface MessageTexts {
  /** undefined where the field is absent. */
  readonly content: string | null | undefined;
  /** undefined where the server reports no reasoning; empty where it reports that there is none yet. */
  readonly reasoning: string | undefined;
  /** Whether the reasoning stood in parts of the content, not in a field of its own. */
  readonly inParts?: boolean;
  readonly refusal: string | undefined;
}

/** The texts of a message or delta; undefined where its content has a type that cannot hold text. */
export function textsOf(message: Value): MessageTexts | undefined {
  const { content, refusal } = message;
  const refused = typeof refusal === 'string' ? refusal : undefined;
  if (typeof content === 'string' || content === undefined || content === null) {
    return { content, reasoning: reasoningOf(message), refusal: refused };
  }
  if (typeof content !== 'object') return undefined;
  // Some servers write a single part instead of a list.
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  return {
    content: joinTexts(parts, textOf),
    ...thoughtsIn(parts, reasoningOf(message)),
    refusal: refused ?? (joinTexts(parts, refusalOf) || undefined),
  };
}

/**
 * The field that holds the reasoning, whatever the server calls it; marked where the server has no field for it, and so takes none back.
 */
export function reasoningContentField({ reasoning, inParts }: MessageTexts): {
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

/**
 * The reasoning from `reasoning_content` (most servers), `reasoning` (newer ones) or `reasoning_details` (gateways), in this order;
 * undefined where all are empty.
 */
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

/** The text of a part; empty for references, images and unknown parts. */
function textOf(part: unknown): string {
  if (typeof part === 'string') return part;
  if (!isObject(part)) return '';
  const { type, text } = part;
  return typeof text === 'string' && type !== 'thinking' && type !== 'reasoning' ? text : '';
}

/** The reasoning text of a part, which may be a list of texts. */
function thoughtOf(part: unknown): string {
  if (!isObject(part)) return '';
  const { type, thinking, text, summary } = part;
  const reasoning = thinking ?? (type === 'thinking' || type === 'reasoning' ? text : summary);
  if (typeof reasoning === 'string') return reasoning;
  return Array.isArray(reasoning) ? joinTexts(reasoning, textOf) : '';
}

function refusalOf(part: unknown): string {
  return isObject(part) && typeof part['refusal'] === 'string' ? part['refusal'] : '';
}
