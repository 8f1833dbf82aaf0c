import { familyOf } from '../../function/catalog/families.ts';
import type { ConverseRequest } from '../../function/dialects/converse.gen.ts';
import { converseToChat } from '../../function/translate/converse/index.ts';
import type { Plan } from '../../function/translate/converse/plan.ts';
import type { TranslationContext } from '../../function/translate/translation.ts';

/** One Converse request as golden data knows it, with a fixed identity and time. */
export function converseContext(
  request: ConverseRequest,
  model: string,
  latencyMs = 120,
): TranslationContext<ConverseRequest> {
  return {
    request,
    stamp: { id: 'stamp-golden', created: 1, elapsedMs: () => latencyMs },
    backend: 'openai',
    model,
    family: familyOf(model),
    media: new Map(),
    promptCaching: 'off',
  };
}

const plain: ConverseRequest = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };

/** What an answer is translated with. */
export function converseAnswering(
  request: ConverseRequest = plain,
  latencyMs = 120,
): { context: TranslationContext<ConverseRequest>; plan: Plan } {
  const context = converseContext(request, 'gpt-4o-mini', latencyMs);
  return { context, plan: converseToChat.request(context).plan };
}
