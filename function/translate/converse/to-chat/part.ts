import type {
  ChatCompletionRequestMessageContentPartText,
  ChatCompletionRequestUserMessageContentPart,
} from '../../../dialects/chat.gen.ts';

/** A piece of what a user says. */
export type Part = ChatCompletionRequestUserMessageContentPart;

type TextPart = ChatCompletionRequestMessageContentPartText;

/** A text as a part of a chat message. */
export function textPart(text: string): TextPart {
  return { type: 'text', text };
}

/** Content of texts: a string, which every server reads, unless there are several. */
export function textContent(texts: readonly string[]): string | TextPart[] {
  return texts.length > 1 ? texts.map(textPart) : (texts[0] ?? '');
}

/** Content of parts of any kind: a string for a single text or none. */
export function content(parts: readonly Part[]): string | Part[] {
  const [first] = parts;
  if (first === undefined) return '';
  return parts.length === 1 && first.type === 'text' ? first.text : [...parts];
}
