import type { ContentBlock, Message } from '../../../dialects/converse.gen.ts';
import type { Family } from '../../../catalog/family.ts';

/** One side's contribution: whatever the caller's messages were, Converse wants the two to alternate. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: ContentBlock[];
}

/** Bedrock refuses blank text; what has to be there and is empty says so. */
export const emptyText = '(empty)';
/** A conversation has to start with the user. */
const beginText = 'Begin.';
/** OpenAI answers after an assistant message; most families answer only the user. */
const continueText = 'Continue.';
/** Bedrock wants a text beside every document. */
const attachedText = 'See the attached document.';

/** Adds to the turn of this role, which is the last one or a new one. */
export function add(turns: Turn[], role: Turn['role'], blocks: readonly ContentBlock[]): void {
  const last = turns.at(-1);
  // One by one: spreading a long list into arguments would exhaust the stack.
  if (last?.role === role) for (const block of blocks) last.content.push(block);
  else turns.push({ role, content: [...blocks] });
}

/** How the conversation begins and ends for this model. */
export interface Ending {
  /** Text that goes before the first user text, for families without system. */
  readonly preface: string;
  /** Whether the answer may continue the assistant's last words. */
  readonly prefill: boolean;
}

/** Makes of the turns what Bedrock's conversation rules ask for. */
export function messages(turns: readonly Turn[], { preface, prefill }: Ending): Message[] {
  const done: Turn[] = turns.map(({ role, content }) => ({ role, content: complete(content) }));
  if (done[0]?.role !== 'user') done.unshift({ role: 'user', content: preface === '' ? [{ text: beginText }] : [] });
  if (preface !== '' && done[0]) done[0] = { role: 'user', content: withPreface(done[0].content, preface) };
  const last = done.at(-1);
  if (last?.role !== 'assistant') return done;
  if (!prefill) return [...done, { role: 'user', content: [{ text: continueText }] }];
  return [...done.slice(0, -1), { role: 'assistant', content: trimEnd(last.content) }];
}

function complete(content: ContentBlock[]): ContentBlock[] {
  if (content.length === 0) return [{ text: emptyText }];
  const found = tally(content);
  if (found.document > 0 && found.text === 0) return [...content, { text: attachedText }];
  return found.reasoningContent > 0 ? reasoningFirst(content) : content;
}

function tally(content: readonly ContentBlock[]): { text: number; document: number; reasoningContent: number } {
  const found = { text: 0, document: 0, reasoningContent: 0 };
  for (const block of content) {
    if ('text' in block) found.text += 1;
    else if ('document' in block) found.document += 1;
    else if ('reasoningContent' in block) found.reasoningContent += 1;
  }
  return found;
}

/** Puts the reasoning first, also where several assistant messages became one turn. */
function reasoningFirst(content: readonly ContentBlock[]): ContentBlock[] {
  const reasoning = content.filter((block) => 'reasoningContent' in block);
  return [...reasoning, ...content.filter((block) => !('reasoningContent' in block))];
}

function withPreface(content: readonly ContentBlock[], preface: string): ContentBlock[] {
  const at = content.findIndex((block) => 'text' in block);
  const found = content[at];
  if (found === undefined || !('text' in found)) return [{ text: preface }, ...content];
  return content.with(at, { text: `${preface}\n\n${found.text}` });
}

/** White space at the end of a prefill is refused; a cache point may stand behind it. */
function trimEnd(content: readonly ContentBlock[]): ContentBlock[] {
  const at = content.findLastIndex((block) => !('cachePoint' in block));
  const last = content[at];
  return last !== undefined && 'text' in last ? content.with(at, { text: last.text.trimEnd() }) : [...content];
}

/** Whether the answer may go on where the assistant's last message ends; thinking and forced output begin anew. */
export function mayPrefill(family: Family, { thinks, forced }: { thinks: boolean; forced: boolean }): boolean {
  return family.prefill && !thinks && !forced;
}
