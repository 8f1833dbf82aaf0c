import type { ReasoningContentBlock } from '../../dialects/converse.gen.ts';
import { bytesOf, decodedText, encodedText, fromUrl, toUrl } from '../base64-url.ts';

/** The parts of a tool-call id that carries reasoning. */
export interface Carrier {
  /** The id as Bedrock gave it. */
  readonly id: string;
  /** The reasoning blocks that came before the call, as they were. */
  readonly reasoning: ReasoningContentBlock[];
  /** The family that wrote them: no other may be given them. */
  readonly family: string;
}

/**
 * No carrier is longer than this: a turn of the largest thinking budget fits, and what a hostile caller sends costs little.
 * In UTF-16 units.
 */
export const maxCarrierLength = 1_000_000;

/** Nor has a carrier more parts: a turn has few blocks of reasoning, and each part costs, however short it is. */
const maxParts = 1_000;

/** Not in a toolUseId (`[a-zA-Z0-9_.:-]`), a family's name or a segment, and left alone in URLs. */
const separator = '~';
const version = '1';

/**
 * Signed reasoning must come back in the next turn of a tool loop, byte for byte, but OpenAI's messages have no place for it and
 * clients keep only what they know. They all echo a tool call's id. So the id carries it:
 * `<toolUseId>~1~<family>~<segment>~…`, where a segment is one letter and its text:
 * t: UTF-8 of a reasoning text · u: its UTF-16 units, when it is not well-formed · s: its signature · x: a signature that is not
 * base64 · r: redacted content · y: redacted content that is not base64. s and x belong to the t or u before them.
 */
export function writeCarrier(toolUseId: string, reasoning: readonly ReasoningContentBlock[], family: string): string {
  if (reasoning.length === 0) return toolUseId;
  const parts = [toolUseId, version, family, ...reasoning.flatMap(segments)];
  const id = parts.join(separator);
  return id.length > maxCarrierLength || parts.length > maxParts ? toolUseId : id;
}

/** What `writeCarrier` put in; undefined for an id that carries nothing, or nothing that can be read. */
export function readCarrier(id: string): Carrier | undefined {
  if (id.length > maxCarrierLength) return undefined;
  const parts = id.split(separator, maxParts + 1);
  const [toolUseId = '', found, family = '', ...rest] = parts;
  if (found !== version || toolUseId === '' || rest.length === 0 || parts.length > maxParts) return undefined;
  const reasoning = blocks(rest);
  return reasoning === undefined ? undefined : { id: toolUseId, reasoning, family };
}

/** How every carrier begins, also one that was cut off on its way: the id as Bedrock gave it, the version, the family, a segment. */
const beginning = /^([a-zA-Z0-9_.:-]{1,64})~1~[^~]*~[tusxry]/;

/** The id as Bedrock gave it, whether or not the rest of the carrier can be read; undefined for an id that is not a carrier. */
export function bareId(id: string): string | undefined {
  return beginning.exec(id)?.[1];
}

function segments(block: ReasoningContentBlock): string[] {
  if ('redactedContent' in block) return [blobSegment(block.redactedContent, { base64: 'r', other: 'y' })];
  const { text, signature } = block.reasoningText;
  const said = textSegment(text);
  return signature === undefined ? [said] : [said, blobSegment(signature, { base64: 's', other: 'x' })];
}

type Block = { redactedContent: string } | { reasoningText: { text: string; signature?: string } };

function blocks(rest: readonly string[]): ReasoningContentBlock[] | undefined {
  const found: Block[] = [];
  for (const segment of rest) {
    const kind = segment.charAt(0);
    const value = decoders[kind]?.(segment.slice(1));
    if (value === undefined) return undefined;
    const last = found.at(-1);
    if (kind === 't' || kind === 'u') found.push({ reasoningText: { text: value } });
    else if (kind === 'r' || kind === 'y') found.push({ redactedContent: value });
    else if (last !== undefined && 'reasoningText' in last) last.reasoningText.signature = value;
    else return undefined;
  }
  return found;
}

const decoders: Readonly<Record<string, (text: string) => string | undefined>> = {
  t: decodedText,
  u: (text) => utf16Decoded(bytesOf(text)),
  s: fromUrl,
  r: fromUrl,
  x: (text) => utf16Decoded(bytesOf(text)),
  y: (text) => utf16Decoded(bytesOf(text)),
};

function textSegment(text: string): string {
  if (!text.isWellFormed()) return `u${toUrl(btoa(utf16(text)))}`;
  return `t${encodedText(text)}`;
}

/** Signatures and blobs are base64 on the wire: encoding them once more would make them a third longer. */
function blobSegment(text: string, letter: { base64: string; other: string }): string {
  if (/^[A-Za-z0-9+/=]*$/.test(text)) return letter.base64 + toUrl(text);
  return letter.other + toUrl(btoa(utf16(text)));
}

function utf16(text: string): string {
  let bytes = '';
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    bytes += String.fromCharCode(unit >> 8, unit & 0xff);
  }
  return bytes;
}

function utf16Decoded(bytes: string | undefined): string | undefined {
  if (bytes === undefined || bytes.length % 2 !== 0) return undefined;
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    text += String.fromCharCode((bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1));
  }
  return text;
}
