import { createBedrockFrameReader } from '../../function/backends/bedrock/frames.ts';
import type { ConverseEvent } from '../../function/dialects/converse.gen.ts';
import type { Streamed } from '../../function/dialects/outcome.ts';
import { chatToConverse } from '../../function/translate/chat/index.ts';
import type { Numbered } from '../../function/translate/translation.ts';
import { answering } from './context.ts';
import { frame } from './frames.ts';
import type { Item, StreamPair } from './pairs.ts';

type Items = readonly Numbered<ConverseEvent>[];

/**
 * Runs the items of a pair, or of one like it, through the fold; gives the JSON text of each chunk, as it is sent. The fold is
 * pure, so the same items are run once.
 */
export function streamOf(pair: StreamPair): (items: Items) => readonly string[] {
  const { stream } = chatToConverse;
  const start = answering(pair, { stream: true });
  const known = new Map<string, readonly string[]>();
  return (items) => {
    const key = JSON.stringify(items);
    const before = known.get(key);
    if (before !== undefined) return before;
    const state = stream.begin(start);
    const out = [...items.flatMap((item) => stream.step(state, item)), ...stream.end(state)];
    const said = out.map((chunk) => JSON.stringify(chunk));
    known.set(key, said);
    return said;
  };
}

export function numbered(item: Item): Numbered<ConverseEvent> {
  return 'choice' in item ? { choice: item.choice, item: item.event } : { choice: 0, item };
}

/** Bytes of one choice that come in one piece. */
interface Run {
  readonly choice: number;
  readonly bytes: Uint8Array;
}

/** The bytes of a pair's events, in the order in which they come; those of one choice in a row are joined. */
export function bytesOf(pair: StreamPair): [Run, ...Run[]] {
  const runs: Run[] = [];
  for (const { choice, item } of pair.events.map(numbered)) {
    const last = runs.at(-1);
    if (last?.choice === choice) runs.splice(-1, 1, { choice, bytes: Buffer.concat([last.bytes, frame(item)]) });
    else runs.push({ choice, bytes: frame(item) });
  }
  const [first, ...others] = runs;
  if (first === undefined) throw new Error('A stream needs an event.');
  return [first, ...others];
}

/** Every position at which the bytes can be cut. */
export function positions(runs: readonly Run[]): number[] {
  const length = runs.reduce((total, { bytes }) => total + bytes.length, 0);
  return Array.from({ length }, (_, position) => position);
}

/** The runs with the one that the position falls into cut in two there. */
export function cutAt(runs: readonly Run[], position: number): Run[] {
  let passed = 0;
  return runs.flatMap(({ choice, bytes }) => {
    const at = position - passed;
    passed += bytes.length;
    if (at <= 0 || at >= bytes.length) return [{ choice, bytes }];
    return [bytes.subarray(0, at), bytes.subarray(at)].map((part) => ({ choice, bytes: part }));
  });
}

/** What the gateway's own frame readers make of the bytes, one for each call. */
export function read(runs: readonly Run[]): Items {
  const readers = new Map<number, ReturnType<typeof createBedrockFrameReader>>();
  const items: Numbered<ConverseEvent>[] = [];
  const add = (choice: number, found: readonly Streamed<ConverseEvent>[]): void => {
    items.push(...found.map((item) => ({ choice, item })));
  };
  for (const { choice, bytes } of runs) {
    const reader = readers.get(choice) ?? createBedrockFrameReader();
    readers.set(choice, reader);
    add(choice, reader.read(bytes));
  }
  for (const [choice, reader] of readers) add(choice, reader.end());
  return items;
}

/** Where the bytes may end without a failure: between two frames, when messageStop has been. */
export function cleanEnds(pair: StreamPair): Set<number> {
  const ends = new Set<number>();
  let position = 0;
  let stopped = false;
  for (const { item } of pair.events.map(numbered)) {
    position += frame(item).length;
    stopped ||= 'messageStop' in item;
    if (stopped) ends.add(position);
  }
  return ends;
}
