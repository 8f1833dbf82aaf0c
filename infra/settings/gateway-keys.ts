import type { ConfigValues } from './config-values.ts';
import { removeAdvice, removeCommand, setAdvice } from './rule.ts';
import type { Rule } from './rule.ts';

/** What the stack issues API keys with. */
export interface GatewayKeySettings {
  /** The name of the stack, which every key contains. */
  readonly stack: string;
  /** The generation of the first admin key, from 1. */
  readonly adminGeneration: number;
}

/** The settings of gateway keys; undefined if the stack issues none. */
export function gatewayKeySettings(
  { gatewayKeys, adminKeyGeneration }: ConfigValues,
  stack: string,
): GatewayKeySettings | undefined {
  return gatewayKeys ? { stack, adminGeneration: adminKeyGeneration } : undefined;
}

/** Whether there may be callers for whom the stack pays: those that the config lists, or holders of gateway keys or JWTs. */
export function hasCallers({
  callers,
  gatewayKeys,
  jwt,
}: Pick<ConfigValues, 'callers' | 'gatewayKeys' | 'jwt'>): boolean {
  return callers.length > 0 || gatewayKeys || jwt.length > 0;
}

/** Names after which OpenAI's own keys are distinguished: `sk-proj-…`, `sk-svcacct-…`, `sk-admin-…`. */
const openAiPrefixes = new Set(['proj', 'svcacct', 'admin']);

/** Names of stacks that a key can contain. Pulumi accepts the same characters and up to 100 of them; 64 keep a key within 150. */
const stackPattern = /^[A-Za-z0-9_.-]{1,64}$/;

const renameAdvice = 'Rename the stack with: npx pulumi stack rename <name>';

/** Rules between the keys of the config that are about gateway keys, and the name of the stack. */
export function gatewayKeyRules(values: ConfigValues, stack: string): Rule[] {
  const { gatewayKeys, callers } = values;
  const ofProject = callers.findIndex(({ project }) => project !== undefined);
  return [
    [
      !gatewayKeys && ofProject >= 0,
      `callers has an entry [${ofProject}] with a project, and only stacks with gatewayKeys have projects. ${setAdvice('gatewayKeys true')}. Or remove it with: ${removeCommand(`--path 'callers[${ofProject}].project'`)}`,
    ],
    [
      !gatewayKeys && values.isSet('adminKeyGeneration'),
      `adminKeyGeneration says something about gateway keys, and gatewayKeys is not true. ${removeAdvice('adminKeyGeneration')}`,
    ],
    [
      gatewayKeys && openAiPrefixes.has(stack),
      `gatewayKeys makes keys that begin with sk-${stack}-, as keys of OpenAI do, because the stack is called ${stack}. ${renameAdvice}`,
    ],
    [
      gatewayKeys && !stackPattern.test(stack),
      `gatewayKeys makes keys that contain the name of the stack, which must be 1 to 64 letters, digits and . _ - for that. ${renameAdvice}`,
    ],
  ];
}
