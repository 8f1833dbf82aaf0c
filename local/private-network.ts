import { productName } from './project.ts';
import type { StackConfig } from './stack-config.ts';

const key = `${productName}:privateNetwork`;

/**
 * A stack's config without its private network, and the line that says so; undefined if there is nothing to say. Functions run on this machine,
 * which has a way to the internet, and no endpoints of a VPC.
 */
export function outsideVpc(config: StackConfig): { readonly config: StackConfig; readonly note: string | undefined } {
  const { [key]: network, ...rest } = config;
  if (network === undefined || network === 'false') return { config: rest, note: undefined };
  const note =
    'privateNetwork is ignored: locally, the functions run on this machine and not in a VPC. npx pulumi preview checks what cannot be reached from there.\n';
  return { config: rest, note };
}
