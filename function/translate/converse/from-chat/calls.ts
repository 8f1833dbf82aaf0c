import { isObject } from '../../../dialects/json.ts';
import type { ReasoningContentBlock } from '../../../dialects/converse.gen.ts';
import { hash } from '../../hash.ts';
import { maxCallIdLength } from '../../openai/call-id.ts';
import {
  callSignature,
  maxMarkableLength,
  markedId,
  readMark,
  type CallCarrier,
  type ReasoningField,
} from '../origin.ts';

/** ToolUseId of the service model. */
const idShape = /^[a-zA-Z0-9_.:-]{1,64}$/;
const maxToolNameLength = 64;

/** The id of a call as Bedrock's clients get it, and the server's own where that cannot be told from it. */
export type CallId = Pick<CallCarrier, 'toolUseId' | 'id'>;

/** Ids of the calls of one answer: a server's own where Bedrock's clients take them, each given out once. */
export interface CallIds {
  /** `field`: where the server told what it thought before the call, if it did. */
  next(id: string | undefined, field: ReasoningField | undefined): CallId;
}

/** `id`: of the answer, makes ids of calls that have none different from those of other answers. */
export function callIds({ id: answerId, origin }: { readonly id: string; readonly origin: string }): CallIds {
  const usedIds = new Set<string>();
  return {
    next(own = '', field) {
      const reasons = field === 'reasoning_content';
      const again = usedIds.has(own);
      let id = own;
      for (let round = 0; !fits(id, reasons) || usedIds.has(id); round += 1)
        id = `call_${hash(`${answerId}:${round}:${own}`)}`;
      usedIds.add(id);
      const isMarked = reasons || (id.length > maxCallIdLength && id.length <= maxMarkableLength);
      const toolUseId = isMarked ? markedId({ id, origin, reasons }) : id;
      // One that is too long to be marked would be cut on its way back.
      const isTold = id === own && (isMarked || id.length <= maxCallIdLength);
      return isTold || own === '' || again ? { toolUseId } : { toolUseId, id: own };
    },
  };
}

function fits(id: string, reasons: boolean): boolean {
  return (!reasons || id.length <= maxMarkableLength) && idShape.test(id) && readMark(id) === undefined;
}

/**
 * The block of reasoning that stands for a call, empty but for its signature, where something of the call has to go back to its
 * server for which Converse has no place.
 */
export function callBlock(id: CallId, call: object, origin: string): ReasoningContentBlock | undefined {
  const extra: unknown = Reflect.get(call, 'extra_content');
  const carrier: CallCarrier = isObject(extra) ? { ...id, extra_content: extra } : id;
  if (carrier.id === undefined && carrier.extra_content === undefined) return undefined;
  const signature = callSignature(origin, carrier);
  return signature === undefined ? undefined : { reasoningText: { text: '', signature } };
}

/** A tool's name as Bedrock's clients send it back: models make names up. */
export function toolName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]+/g, '_').slice(0, maxToolNameLength) || 'unknown';
}
