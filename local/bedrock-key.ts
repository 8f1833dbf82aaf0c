import { randomBytes } from 'node:crypto';

/** A long-term Bedrock key of an account: well formed, made at random, good on this machine only. */
export function makeBedrockKey(account: string): string {
  const suffix = randomBytes(2).toString('hex');
  const secret = randomBytes(32).toString('base64');
  return `ABSK${Buffer.from(`BedrockAPIKey-${suffix}-at-${account}:${secret}`).toString('base64')}`;
}
