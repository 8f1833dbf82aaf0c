import type { ReasoningContentBlock } from '../../dialects/converse.gen.ts';
import { isObject } from '../../dialects/json.ts';
import { decodedText, encodedText } from '../base64-url.ts';

/** Reasoning of an earlier answer, and the family that wrote it: no other may be given it. */
export interface CarriedReasoning {
  readonly family: string;
  readonly reasoning: readonly ReasoningContentBlock[];
}

/** No `encrypted_content` is longer than this, in characters: what a hostile caller sends costs little. */
const maxEncryptedLength = 256 * 1024;

/** A turn has few blocks of reasoning, and each costs, however short it is. */
const maxBlocks = 1_000;

const version = 1;

/**
 * Reasoning as the `encrypted_content` of a reasoning item: base64url of JSON with a version, the family and the blocks. It is no secret;
 * what the model checks is the signature inside. Undefined where there is nothing to carry, or more than fits.
 */
export function writeEncryptedReasoning({ family, reasoning }: CarriedReasoning): string | undefined {
  if (reasoning.length === 0 || reasoning.length > maxBlocks) return undefined;
  const text = encodedText(JSON.stringify({ v: version, family, blocks: reasoning.map(packed) }));
  return text.length > maxEncryptedLength ? undefined : text;
}

/** Reads what `writeEncryptedReasoning` wrote. Undefined for what others wrote, and for what is damaged or too long. */
export function readEncryptedReasoning(content: string): CarriedReasoning | undefined {
  if (content.length > maxEncryptedLength) return undefined;
  const { v, family, blocks } = fieldsOf(decodedText(content));
  if (v !== version || typeof family !== 'string' || !Array.isArray(blocks) || blocks.length > maxBlocks)
    return undefined;
  const reasoning = blocks.map(unpacked).filter((block) => block !== undefined);
  return reasoning.length === blocks.length && reasoning.length > 0 ? { family, reasoning } : undefined;
}

function packed(block: ReasoningContentBlock): object {
  if ('redactedContent' in block) return { redacted: block.redactedContent };
  return block.reasoningText;
}

function unpacked(block: unknown): ReasoningContentBlock | undefined {
  const { redacted, text, signature } = isObject(block) ? block : {};
  if (typeof redacted === 'string') return { redactedContent: redacted };
  if (typeof text !== 'string') return undefined;
  if (signature === undefined) return { reasoningText: { text } };
  return typeof signature === 'string' ? { reasoningText: { text, signature } } : undefined;
}

function fieldsOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
