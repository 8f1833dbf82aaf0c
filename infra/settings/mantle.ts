import type { ConfigValues } from './config-values.ts';
import { removeAdvice } from './rule.ts';
import type { Rule } from './rule.ts';

/** Rules of bedrock-mantle, which is called with callers' own keys and by the internet. */
export function mantleRules({ bedrockMantle, bedrockKeys, privateNetwork: network }: ConfigValues): Rule[] {
  const isClosed = network !== undefined && network.own === undefined;
  return [
    [
      bedrockMantle && bedrockKeys === 'none',
      `bedrockMantle is for callers' own Bedrock keys, of which bedrockKeys accepts none. ${removeAdvice('bedrockMantle')}`,
    ],
    [
      bedrockMantle && isClosed,
      `bedrockMantle needs a way to the internet, and privateNetwork has none. ${removeAdvice('bedrockMantle')}`,
    ],
  ];
}
