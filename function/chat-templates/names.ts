import type { ChatTemplate, ShippedTemplate } from '../catalog/catalog.ts';

/** The names of the shipped templates. Complete: the compiler asks for a line when there is another. */
const shipped: Readonly<Record<ShippedTemplate, true>> = {
  chatml: true,
  'llama-2': true,
  'llama-3': true,
  mistral: true,
  zephyr: true,
  vicuna: true,
  alpaca: true,
  gemma: true,
  plain: true,
};

/** Whether there is a chat template of this name: one of the stack's own, or a shipped one. */
export function hasTemplate(own: Readonly<Record<string, ChatTemplate>>, name: string): boolean {
  return Object.hasOwn(own, name) || Object.hasOwn(shipped, name);
}
