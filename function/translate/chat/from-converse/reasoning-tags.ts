/** One stretch of text, told apart. */
export interface Part {
  readonly kind: 'content' | 'reasoning';
  readonly text: string;
}

/** Takes text in pieces and tells the reasoning in it from the answer. */
export interface TagReader {
  push(piece: string): Part[];
  /** What is still held when no more pieces come: the finish must never wait for a tag that was left open. */
  end(): Part[];
}

/** Nova 1 writes the first, open-weight reasoning models the second. */
const tags = ['<thinking>', '<think>'] as const;

/**
 * Some models write their reasoning into the text, between tags. Only tags at the beginning count (and right after such a
 * stretch): further on they are what the answer is about. Holds no more than an unfinished tag and the white space around it.
 */
export function tagReader(): TagReader {
  let read: (text: string, out: Part[]) => void = readStart;
  let held = '';
  let closing = '';
  let stripped = false;

  function readStart(text: string, out: Part[]): void {
    const trimmed = text.trimStart();
    const tag = tags.find((candidate) => trimmed.startsWith(candidate));
    if (tag !== undefined) {
      closing = tag.replace('<', '</');
      stripped = true;
      read = readReasoning;
      readReasoning(trimmed.slice(tag.length), out);
    } else if (tags.some((candidate) => candidate.startsWith(trimmed))) {
      held = text;
    } else {
      read = readContent;
      readContent(stripped ? trimmed : text, out);
    }
  }

  function readReasoning(text: string, out: Part[]): void {
    const at = text.indexOf(closing);
    if (at === -1) {
      const keep = overlap(text, closing);
      held = text.slice(text.length - keep);
      add(out, 'reasoning', text.slice(0, text.length - keep));
      return;
    }
    add(out, 'reasoning', text.slice(0, at));
    read = readStart;
    readStart(text.slice(at + closing.length), out);
  }

  function push(piece: string): Part[] {
    const out: Part[] = [];
    const text = held + piece;
    held = '';
    read(text, out);
    return out;
  }

  function end(): Part[] {
    const out: Part[] = [];
    if (read === readReasoning) add(out, 'reasoning', held);
    else add(out, 'content', stripped ? held.trimStart() : held);
    held = '';
    return out;
  }

  return { push, end };
}

function readContent(text: string, out: Part[]): void {
  add(out, 'content', text);
}

function add(out: Part[], kind: Part['kind'], text: string): void {
  if (text !== '') out.push({ kind, text });
}

/** How much of the end of `text` may be the beginning of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
