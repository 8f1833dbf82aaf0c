import type { Target } from '../resolve.ts';
import type { ContentBlock, ConverseRequest, Message } from '../wire.ts';

/** A request under examination: what was asked, of which model, by which operation. */
export interface RuleInput {
  readonly request: ConverseRequest;
  readonly target: Target;
  readonly streamed: boolean;
}

/** One rule of the service or of a family: silent, or a refusal thrown. */
export type Rule = (asked: RuleInput) => void;

/** A content block with its place, as Bedrock's messages name it. */
export interface Placed {
  readonly block: ContentBlock;
  readonly message: Message;
  readonly at: string;
}

/** Every content block of the conversation, in order. */
export function placed({ messages = [] }: ConverseRequest): Placed[] {
  return messages.flatMap((message, index) =>
    message.content.map((block, place) => ({ block, message, at: `messages.${index}.content.${place}` })),
  );
}

/** Whether a text is white space only, or empty. */
export function isBlank(text: string): boolean {
  return text.trim() === '';
}
