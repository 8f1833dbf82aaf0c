import { isObject } from '../../dialects/json.ts';
import { decodedText, encodedText } from '../base64-url.ts';
import { maxCarrierLength } from '../chat/reasoning-carrier.ts';
import { hash } from '../hash.ts';

/** The field of a message in which a server tells what its model thought, and takes it back. */
export type ReasoningField = 'reasoning_content' | 'reasoning';

/** What has to go back to a server with a call, beside what Converse has a place for. */
export interface CallCarrier {
  /** The call, as Converse's clients know it. */
  readonly toolUseId: string;
  /** The server's own id, where Converse does not take it. */
  readonly id?: string;
  /** The field `extra_content` as the server gave it: Gemini's signature of its thoughts is in it. */
  readonly extra_content?: Readonly<Record<string, unknown>>;
}

/** What the gateway's signature says about its block of reasoning. */
export type SignedOrigin = { readonly reasoning: ReasoningField } | { readonly call: CallCarrier };

/** The target that answers, in nine characters: what it gave goes back to it, and to no other. */
export function originOf({ backend = '', model }: { readonly backend?: string; readonly model: string }): string {
  return hash(`${backend}:${model}`);
}

/** How every signature of the gateway begins. Models of Bedrock sign in base64, which has no `~`. */
export const signatureMark = 'gateway~1~';

const letters: Readonly<Record<ReasoningField, string>> = { reasoning_content: 'c', reasoning: 'r' };
const fields: ReadonlyMap<string, ReasoningField> = new Map([
  ['c', 'reasoning_content'],
  ['r', 'reasoning'],
]);

/**
 * Converse's clients send a block of reasoning back as it came. Its signature says which target wrote it, and in which field:
 * `gateway~1~<origin>~c` or `…~r`.
 */
export function reasoningSignature(origin: string, field: ReasoningField): string {
  return `${signatureMark}${origin}~${letters[field]}`;
}

/** The signature of an empty block of reasoning that stands for a call: `gateway~1~<origin>~x<JSON>`. Undefined where it would be too long. */
export function callSignature(origin: string, call: CallCarrier): string | undefined {
  const signature = `${signatureMark}${origin}~x${encodedText(JSON.stringify(call))}`;
  return signature.length > maxCarrierLength ? undefined : signature;
}

/** Whether the gateway wrote the signature of a block of reasoning, whichever target answered. */
export function isGatewaySignature(signature: string | undefined): boolean {
  return signature?.startsWith(signatureMark) === true;
}

/** What a signature says to the target that gave it; undefined for those of others, and for what cannot be read. */
export function readSignature(signature: string | undefined, origin: string): SignedOrigin | undefined {
  const start = `${signatureMark}${origin}~`;
  if (signature === undefined || signature.length > maxCarrierLength || !signature.startsWith(start)) return undefined;
  const payload = signature.slice(start.length);
  const reasoning = fields.get(payload);
  if (reasoning !== undefined) return { reasoning };
  const call = payload.startsWith('x') ? callOf(decodedText(payload.slice(1)) ?? '') : undefined;
  return call && { call };
}

/** No server nests deeper what it wants back; what walks a value recursively is safe up to here. */
const maxDepth = 32;

function callOf(json: string): CallCarrier | undefined {
  const value = parse(json);
  if (!isObject(value)) return undefined;
  const { toolUseId, id, extra_content: extra } = value;
  if (typeof toolUseId !== 'string') return undefined;
  return {
    toolUseId,
    ...(typeof id === 'string' && id !== '' && { id }),
    ...(isObject(extra) && !isDeeper(extra, maxDepth) && { extra_content: extra }),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** A toolUseId that says which target made the call. */
export interface MarkedId {
  readonly id: string;
  readonly origin: string;
  /** Whether that target tells its reasoning in `reasoning_content`, and may want it back. */
  readonly reasons: boolean;
}

const markedShape = /^([a-zA-Z0-9_.:-]{1,51}):gw([cn])([0-9a-z]{9})$/;

/** The most characters of an id that can be marked. */
export const maxMarkableLength = 51;

/** `<id>:gwc<origin>` of targets that tell their reasoning, `<id>:gwn<origin>` of others; within ToolUseId of the service model: for clients that do not send reasoning back. */
export function markedId({ id, origin, reasons }: MarkedId): string {
  return `${id}:gw${reasons ? 'c' : 'n'}${origin}`;
}

/** Reads the origin that a tool use ID carries. Undefined for an ID without a mark. */
export function readMark(toolUseId: string): MarkedId | undefined {
  const [, id, letter, origin] = markedShape.exec(toolUseId) ?? [];
  return id === undefined || origin === undefined ? undefined : { id, origin, reasons: letter === 'c' };
}
