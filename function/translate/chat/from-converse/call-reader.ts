import type { Plan } from '../plan.ts';
import { inputReader } from './custom-input.ts';
import type { Reader } from './json-scan.ts';
import { renamedKeys } from './renamed-keys.ts';
import { wrappedAnswer } from './wrapped-answer.ts';

/** What makes the caller's arguments of those that a model gave to the tool with this Converse name; undefined for nothing. */
export function callReader(name: string, plan: Plan): Reader | undefined {
  if (name === plan.jsonTool && plan.jsonWrapper !== undefined) return wrappedAnswer(plan.jsonWrapper);
  if (plan.customTools.has(name) && !plan.functionCall) return inputReader();
  const names = plan.properties.get(name);
  return names === undefined ? undefined : renamedKeys(names);
}

/** The caller's arguments, whole. */
export function callArguments(name: string, input: string, plan: Plan): string {
  const reader = callReader(name, plan);
  return reader === undefined ? input : reader.push(input) + reader.end();
}
