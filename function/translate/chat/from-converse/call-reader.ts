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

/** gpt-oss may leave its own format's channel behind the name: `get_weather<|channel|>commentary`. */
const channelSuffix = /<\|.*$/s;

/** A tool's name as Converse knows it, whatever the model left around it. */
export function converseName(name: string): string {
  return name.includes('<|') ? name.replace(channelSuffix, '') : name;
}

/** A tool's name as the caller wrote it. */
export function callerName(name: string, plan: Plan): string {
  return plan.toolNames.get(name) ?? name;
}
