import type { DefaultMaxOutput } from '../../function/catalog/family.ts';
import { familyOf } from '../../function/catalog/families.ts';
import type { ChatRequest } from '../../function/dialects/chat.gen.ts';
import { chatToConverse } from '../../function/translate/chat/index.ts';
import type { Plan } from '../../function/translate/chat/plan.ts';
import type { TranslationContext, Media, StoredFile } from '../../function/translate/translation.ts';

export interface Setting {
  readonly model: string;
  readonly promptCaching?: 'off' | 'auto' | 'always';
  readonly defaultMaxOutput?: DefaultMaxOutput;
  readonly media?: Readonly<Record<string, Media>>;
  readonly files?: Readonly<Record<string, StoredFile>>;
}

/** One request as golden data knows it: everything that a translation may know, with a fixed identity and time. */
export function contextOf(
  request: ChatRequest,
  { model, promptCaching, defaultMaxOutput, media, files }: Setting,
): TranslationContext<ChatRequest> {
  return {
    request,
    stamp: { id: 'chatcmpl-golden', created: 1 },
    model,
    family: familyOf(model),
    media: new Map(Object.entries(media ?? {})),
    promptCaching: promptCaching ?? 'off',
    ...(files && { files: new Map(Object.entries(files)) }),
    ...(defaultMaxOutput !== undefined && { defaultMaxOutput }),
  };
}

const plainChat: ChatRequest = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };

/** What an answer is translated with: the plan is what the request's translation makes of the context. */
export function answering(
  { chat, model }: { readonly chat?: ChatRequest; readonly model?: string },
  more: Partial<ChatRequest> = {},
): { context: TranslationContext<ChatRequest>; plan: Plan } {
  const context = contextOf({ ...(chat ?? plainChat), ...more }, { model: model ?? 'anthropic.claude-sonnet-4-6' });
  return { context, plan: chatToConverse.request(context).plan };
}

/** A value as it looks on the wire. */
export function wire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
