import type { MessageLimits } from '../backend.ts';

/** Hosts of OpenAI's own API, including its regional ones. */
const openAiApiHost = /(?:^|\.)api\.openai\.com$/i;

/** Hosts of OpenAI's own models: its API and Azure's. */
const openAiModelHost = /(?:^|\.)(?:api\.openai\.com|openai\.azure\.com)$/i;

/** Whether a base URL is that of OpenAI's own API. */
export function isOpenAiApi(baseUrl: string): boolean {
  return openAiApiHost.test(new URL(baseUrl).hostname);
}

/** What Chat Completions at a base URL accept in messages that another model answered. */
export function messageLimitsOf(baseUrl: string): MessageLimits {
  return { shortIds: true, strict: openAiModelHost.test(new URL(baseUrl).hostname) };
}

/** What Bedrock's own Chat Completions accept in such messages: fields that OpenAI does not have are refused. */
export const bedrockMessageLimits: MessageLimits = { shortIds: true, strict: true };
