import type { ChatTemplate } from '../catalog/catalog.ts';
import { ApiError } from '../errors.ts';
import type { RenderPrompt } from '../translate/chat/to-completions/request.ts';

/** A chat template at work: what renders messages to a prompt, and where a model that follows it must stop. */
interface Loaded {
  readonly render: RenderPrompt;
  readonly stop: readonly string[];
}

/** Finds chat templates by name: the stack's own before those that are shipped. What both need is loaded when first asked for. */
export function chatTemplates(own: Readonly<Record<string, ChatTemplate>>): (name: string) => Promise<Loaded> {
  return async (name) => {
    const template = findTemplate(own, name) ?? findTemplate((await import('./shipped.ts')).shippedTemplates, name);
    if (template === undefined) {
      throw new ApiError('This model is configured with a chat template that does not exist.', {
        status: 500,
        code: 'invalid_chat_template',
      });
    }
    const { chatTemplate } = await import('./render.ts');
    return { render: chatTemplate(template), stop: template.stop };
  };
}

function findTemplate(templates: Readonly<Record<string, ChatTemplate>>, name: string): ChatTemplate | undefined {
  return Object.hasOwn(templates, name) ? templates[name] : undefined;
}
