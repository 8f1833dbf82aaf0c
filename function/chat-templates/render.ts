import { Template } from '@huggingface/jinja';
import type { ChatTemplate } from '../catalog/catalog.ts';
import { ApiError } from '../errors.ts';
import type { RenderPrompt } from '../translate/chat/to-completions/request.ts';
import { turnsOf } from '../translate/chat/to-completions/turns.ts';

/** Compiled once: the templates of a stack are as many as its config has, and live as long as the function. */
const compiled = new WeakMap<ChatTemplate, RenderPrompt>();

/** What renders the messages of a chat to a prompt by this template. */
export function chatTemplate(template: ChatTemplate): RenderPrompt {
  const known = compiled.get(template);
  if (known !== undefined) return known;
  const made = compile(template);
  compiled.set(template, made);
  return made;
}

/** Templates write the tokens that stand at the beginning themselves where they want them; the server adds its own. */
const tokens = { bos_token: '', eos_token: '' };

function compile({ template }: ChatTemplate): RenderPrompt {
  const parsed = orRefusal(() => new Template(template));
  return (chat) => {
    const messages = turnsOf(chat);
    return rendered(() => parsed.render({ messages, add_generation_prompt: true, ...tokens }));
  };
}

/** A template's own words may quote what it was given. */
const longestMessage = 300;

/** The config is at fault, which no caller can mend. */
function orRefusal<Value>(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw new ApiError(`The chat template of this model cannot be read: ${wordsOf(error)}`, {
      status: 500,
      code: 'invalid_chat_template',
    });
  }
}

/** `raise_exception` is how a template says what conversations it takes. */
function rendered(run: () => string): string {
  try {
    return run();
  } catch (error) {
    throw new ApiError(`The chat template of this model does not take these messages: ${wordsOf(error)}`, {
      status: 400,
      code: 'invalid_value',
      param: 'messages',
    });
  }
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.length > longestMessage ? `${words.slice(0, longestMessage)}…` : words;
}
