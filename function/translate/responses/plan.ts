import type { ChatRequest } from '../../dialects/chat.gen.ts';
import type { ResponsesReply } from '../../dialects/responses.gen.ts';
import type { Plan as ChatPlan } from '../chat/plan.ts';
import type { TranslationContext } from '../translation.ts';
import type { FlatNames } from './to-converse/flat-names.ts';

/** What the answer's translation must know of how the request was translated. */
export interface Plan {
  /** The chat that was translated to Converse. */
  readonly chat: TranslationContext<ChatRequest>;
  readonly chatPlan: ChatPlan;
  /** The names of tools that are in namespaces. */
  readonly names: FlatNames;
  /** Whether reasoning items carry what the next turn needs; else the IDs of calls do, as in Chat Completions. */
  readonly encryptsReasoning: boolean;
  /** The settings of the request, as every Response object repeats them. */
  readonly settings: Settings;
}

/** The fields of a Response object that tell what was asked for. */
export type Settings = Omit<
  ResponsesReply,
  'id' | 'object' | 'created_at' | 'completed_at' | 'status' | 'error' | 'incomplete_details' | 'output' | 'usage'
>;
