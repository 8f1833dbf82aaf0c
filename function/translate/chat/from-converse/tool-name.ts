import type { Plan } from '../plan.ts';

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
