import type { MessageLimits } from '../backend.ts';

/** OpenAI's own API, in one of its regions too. */
const openAisApi = /(?:^|\.)api\.openai\.com$/i;

/** Hosts of OpenAI's own models: its API, in one of its regions too, and Azure's. */
const openAisHost = /(?:^|\.)(?:api\.openai\.com|openai\.azure\.com)$/i;

/** Whether a base URL is that of OpenAI's own API. */
export function isOpenAis(baseUrl: string): boolean {
  return openAisApi.test(new URL(baseUrl).hostname);
}

/** What the Chat Completions behind a base URL takes of turns that another model answered. */
export function messageLimitsOf(baseUrl: string): MessageLimits {
  return { shortIds: true, strict: openAisHost.test(new URL(baseUrl).hostname) };
}

/** What Bedrock's own Chat Completions takes of such turns: it refuses fields of messages that OpenAI does not have. */
export const bedrockMessageLimits: MessageLimits = { shortIds: true, strict: true };
