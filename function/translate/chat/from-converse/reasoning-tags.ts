/** One stretch of text, told apart. */
export interface TaggedText {
  readonly kind: 'content' | 'reasoning';
  readonly text: string;
}

/** Takes text in pieces and tells the reasoning in it from the answer. */
export interface TagReader {
  push(piece: string): TaggedText[];
  /** What is still held when no more pieces come: the finish must never wait for a tag that was left open. */
  end(): TaggedText[];
}

/** Nova 1 writes the first, open-weight reasoning models the second. */
const tags = ['<thinking>', '<think>'] as const;

/** No model writes more white space around its tags: what is more is text like any other. */
const longestBlank = 65_536;

/**
 * Some models write their reasoning into the text, between tags. Only tags at the beginning count (and right after such a
 * stretch): further on they are what the answer is about. Holds no more than an unfinished tag and the white space around it.
 */
export function tagReader(): TagReader {
  let read: (text: string, out: TaggedText[]) => string | undefined = readStart;
  /** What may be the beginning of a tag. */
  let held = '';
  /** White space in front of it: never looked at again, so that a great deal of it in small pieces costs no more than its length. */
  let blank = '';
  let closing = '';
  let stripped = false;

  /** Each of the three gives the text behind what it has read, for the one that reads next; undefined when it has read all. */
  function readStart(text: string, out: TaggedText[]): string | undefined {
    const trimmed = text.trimStart();
    blank += text.slice(0, text.length - trimmed.length);
    const tag = tags.find((candidate) => trimmed.startsWith(candidate));
    if (tag !== undefined) {
      closing = tag.replace('<', '</');
      stripped = true;
      blank = '';
      read = readReasoning;
      return trimmed.slice(tag.length);
    }
    if (blank.length <= longestBlank && tags.some((candidate) => candidate.startsWith(trimmed))) {
      held = trimmed;
      return undefined;
    }
    add(out, 'content', `${before()}${trimmed}`);
    read = readContent;
    return undefined;
  }

  function readReasoning(text: string, out: TaggedText[]): string | undefined {
    const at = text.indexOf(closing);
    if (at === -1) {
      const keep = overlap(text, closing);
      held = text.slice(text.length - keep);
      add(out, 'reasoning', text.slice(0, text.length - keep));
      return undefined;
    }
    add(out, 'reasoning', text.slice(0, at));
    read = readStart;
    return text.slice(at + closing.length);
  }

  /** White space that belongs to the answer: between reasoning and answer it belongs to neither. */
  function before(): string {
    const text = stripped ? '' : blank;
    blank = '';
    return text;
  }

  function push(piece: string): TaggedText[] {
    const out: TaggedText[] = [];
    let text: string | undefined = held + piece;
    held = '';
    // Not by calls within calls: a text may have any number of stretches.
    while (text !== undefined) text = read(text, out);
    return out;
  }

  function end(): TaggedText[] {
    const out: TaggedText[] = [];
    if (read === readReasoning) add(out, 'reasoning', held);
    else add(out, 'content', `${before()}${held}`);
    held = '';
    return out;
  }

  return { push, end };
}

function readContent(text: string, out: TaggedText[]): undefined {
  add(out, 'content', text);
}

function add(out: TaggedText[], kind: TaggedText['kind'], text: string): void {
  if (text !== '') out.push({ kind, text });
}

/** How much of the end of `text` may be the beginning of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
