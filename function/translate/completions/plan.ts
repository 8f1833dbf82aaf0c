import type { ChatRequest } from '../../dialects/chat.gen.ts';
import type { TranslationContext } from '../translation.ts';
import type { Plan as ChatPlan } from '../chat/plan.ts';

/** What the answer's translation must know of how the request was translated. */
export interface Plan {
  /** The chat that was translated to Converse; its answer has one choice for each choice of the completion. */
  readonly chat: TranslationContext<ChatRequest>;
  readonly chatPlan: ChatPlan;
  /** What is put in front of each choice's text: its prompt, where the caller wants it back. */
  readonly before: readonly string[];
  /** Whether a stream ends with a usage chunk. */
  readonly includeUsage: boolean;
}
