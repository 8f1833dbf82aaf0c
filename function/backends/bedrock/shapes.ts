import { isObject } from '../../dialects/json.ts';
import { holds, isText, listOf, maybe, type Check } from '../wire/shape.ts';

type Value = Readonly<Record<string, unknown>>;
const isReasoning = holds({
  reasoningText: maybe(holds({ text: isText, signature: maybe(isText) })),
  redactedContent: maybe(isText),
});

const isCited = holds({
  content: maybe(listOf(holds({ text: isText }))),
});

/** A content block of a reply. */
const isBlock = holds({
  text: maybe(isText),
  toolUse: maybe(holds({ toolUseId: isText, name: isText, type: maybe(isText) })),
  reasoningContent: maybe(isReasoning),
  citationsContent: maybe(isCited),
});

/** A token count. Proxies may drop it, or write null. */
const isCount: Check = (value) =>
  value === undefined || value === null || (Number.isInteger(value) && Number(value) >= 0);

const isUsage = holds({
  inputTokens: isCount,
  outputTokens: isCount,
  totalTokens: isCount,
  cacheReadInputTokens: isCount,
  cacheWriteInputTokens: isCount,
});

const isMessage = holds({ content: listOf(isBlock) });

/**
 * Whether the fields that are read of a Converse reply are valid. A 200 without output exists: AWS's framework answers an unknown operation
 * so.
 */
export const isReply = holds({ output: holds({ message: isMessage }), stopReason: isText, usage: isUsage });

const isDelta = holds({
  text: maybe(isText),
  toolUse: maybe(holds({ input: maybe(isText) })),
  reasoningContent: maybe(holds({ text: maybe(isText), signature: maybe(isText), redactedContent: maybe(isText) })),
});

const isStart = holds({ toolUse: maybe(holds({ toolUseId: isText, name: isText, type: maybe(isText) })) });

const isIndex: Check = (value) => typeof value === 'number';

/** Checks of the fields that are read of each event of ConverseStream; new fields and new kinds of delta pass. */
export const eventShapes: ReadonlyMap<string, (payload: Value) => boolean> = new Map<
  string,
  (payload: Value) => boolean
>([
  ['contentBlockDelta', isBlockDelta],
  ['contentBlockStart', holds({ contentBlockIndex: isIndex, start: maybe(isStart) })],
  ['contentBlockStop', holds({ contentBlockIndex: isIndex })],
  ['messageStart', () => true],
  ['messageStop', holds({ stopReason: isText })],
  ['metadata', holds({ usage: maybe(isUsage) })],
]);

/** The hot path: nearly every event is a piece of text. */
function isBlockDelta({ contentBlockIndex, delta }: Value): boolean {
  if (typeof contentBlockIndex !== 'number' || !isObject(delta)) return false;
  return typeof delta['text'] === 'string' || isDelta(delta);
}
