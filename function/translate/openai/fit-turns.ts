import { isObject } from '../../dialects/json.ts';
import { bareId } from '../chat/reasoning-carrier.ts';
import { hash } from '../hash.ts';
import { callId } from './call-id.ts';

/** What a server takes of turns that another model answered. */
export interface TurnLimits {
  /** Whether a call id may have no more than OpenAI's 40 characters. */
  readonly shortIds?: boolean;
  /** Whether it refuses fields that OpenAI does not know. */
  readonly strict?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Where servers other than OpenAI's tell what a model thought, and want it back. */
const reasoningFields: readonly string[] = ['reasoning_content', 'reasoning', 'reasoning_details'];

/** The field by which this gateway tells what a model of Bedrock's thought. */
const ownReasoning: readonly string[] = ['reasoning_content'];

/**
 * A Chat Completions body of which a server can take every turn, whoever answered it: call ids without what this gateway carries
 * in them, and no reasoning of Bedrock's. Gives the body itself where nothing has to change; it need not be checked yet.
 */
export function fitTurns<Body extends { readonly messages?: unknown }>(body: Body, limits: TurnLimits = {}): Body {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  const all: readonly unknown[] = messages;
  const fit: Fit = { ids: fittingIds(limits), limits, left: fieldsToLeave(all, limits) };
  const fitted = all.map((message) => (isObject(message) ? fitMessage(message, fit) : message));
  return fitted.every((message, at) => message === all[at]) ? body : { ...body, messages: fitted };
}

interface Fit {
  readonly ids: FittingIds;
  readonly limits: TurnLimits;
  /** The fields of messages that are left out. */
  readonly left: readonly string[];
}

/** One id of Bedrock's is enough: of its turns without calls nothing else tells where they came from. */
function fieldsToLeave(messages: readonly unknown[], { strict }: TurnLimits): readonly string[] {
  if (strict === true) return reasoningFields;
  return messages.some(isBedrocks) ? ownReasoning : [];
}

function isBedrocks(message: unknown): boolean {
  return isObject(message) && callsOf(message).some(({ id }) => typeof id === 'string' && bareId(id) !== undefined);
}

function callsOf({ tool_calls: calls }: Fields): readonly Fields[] {
  return Array.isArray(calls) ? calls.filter(isObject) : [];
}

function fitMessage(message: Fields, { ids, limits, left }: Fit): Fields {
  const { tool_calls: calls, tool_call_id: result } = message;
  let fitted = message;
  for (const name of left) if (Object.hasOwn(fitted, name)) fitted = without(fitted, name);
  if (typeof result === 'string' && ids.ofResult(result) !== result)
    fitted = { ...fitted, tool_call_id: ids.ofResult(result) };
  if (!Array.isArray(calls)) return fitted;
  const all: readonly unknown[] = calls;
  const fittedCalls = all.map((call) => (isObject(call) ? fitCall(call, ids, limits) : call));
  return fittedCalls.every((call, at) => call === all[at]) ? fitted : { ...fitted, tool_calls: fittedCalls };
}

/** Gemini's signatures stand beside the id. */
function fitCall(call: Fields, ids: FittingIds, { strict }: TurnLimits): Fields {
  const known = strict === true && Object.hasOwn(call, 'extra_content') ? without(call, 'extra_content') : call;
  const { id } = call;
  if (typeof id !== 'string') return known;
  const fitting = ids.ofCall(id);
  return fitting === id ? known : { ...known, id: fitting };
}

function without(fields: Fields, name: string): Fields {
  const { [name]: _left, ...others } = fields;
  return others;
}

/** Call ids of one conversation as a server takes them: for different calls different ones, the same in every turn. */
interface FittingIds {
  ofCall(id: string): string;
  ofResult(id: string): string;
}

function fittingIds(limits: TurnLimits): FittingIds {
  const found = new Map<string, string>();
  const usedIds = new Set<string>();
  return {
    ofCall(id) {
      const known = found.get(id);
      if (known !== undefined) return known;
      let fitting = fittingId(id, limits);
      // Two carriers may have different reasoning behind the same bare id.
      for (let again = 0; usedIds.has(fitting); again += 1) fitting = `call_${hash(`${again}:${id}`)}`;
      found.set(id, fitting);
      usedIds.add(fitting);
      return fitting;
    },
    ofResult: (id) => found.get(id) ?? fittingId(id, limits),
  };
}

/** ToolUseId of Bedrock's service model. A longer id, or one with other characters, may hold what the server that gave it wants back. */
const bedrocksShape = /^[a-zA-Z0-9_.:-]{1,64}$/;

function fittingId(id: string, { shortIds, strict }: TurnLimits): string {
  const bare = bareId(id);
  if (bare !== undefined) return callId(bare);
  return shortIds === true && (strict === true || bedrocksShape.test(id)) ? callId(id) : id;
}
