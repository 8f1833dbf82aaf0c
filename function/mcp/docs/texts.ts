import api from '../../../docs/api.md';
import bedrockKeys from '../../../docs/bedrock-keys.md';
import clients from '../../../docs/clients.md';
import compatibility from '../../../docs/compatibility.md';
import compatibilityAnswers from '../../../docs/compatibility/answers.md';
import compatibilityChatCompletions from '../../../docs/compatibility/chat-completions.md';
import compatibilityAnthropicMessages from '../../../docs/compatibility/anthropic-messages.md';
import compatibilityCompletions from '../../../docs/compatibility/completions.md';
import compatibilityConverse from '../../../docs/compatibility/converse.md';
import compatibilityEmbeddings from '../../../docs/compatibility/embeddings.md';
import compatibilityErrors from '../../../docs/compatibility/errors.md';
import compatibilityFiles from '../../../docs/compatibility/files.md';
import compatibilityMedia from '../../../docs/compatibility/media.md';
import compatibilityMessages from '../../../docs/compatibility/messages.md';
import compatibilityModels from '../../../docs/compatibility/models.md';
import compatibilityOtherServers from '../../../docs/compatibility/other-servers.md';
import compatibilityParameters from '../../../docs/compatibility/parameters.md';
import responsesPage from '../../../docs/responses.md';
import compatibilityResponses from '../../../docs/compatibility/responses.md';
import compatibilityReasoning from '../../../docs/compatibility/reasoning.md';
import compatibilityTools from '../../../docs/compatibility/tools.md';
import features from '../../../docs/features.md';
import files from '../../../docs/files.md';
import keys from '../../../docs/keys.md';
import mcp from '../../../docs/mcp.md';
import stored from '../../../docs/stored.md';
import troubleshooting from '../../../docs/troubleshooting.md';
import type { DocPageName } from './pages.ts';

/** The text of each page, in Markdown. Loaded when a page is read for the first time. */
export const docTexts: Readonly<Record<DocPageName, string>> = {
  api,
  'bedrock-keys': bedrockKeys,
  clients,
  compatibility,
  'compatibility/answers': compatibilityAnswers,
  'compatibility/chat-completions': compatibilityChatCompletions,
  'compatibility/anthropic-messages': compatibilityAnthropicMessages,
  'compatibility/completions': compatibilityCompletions,
  'compatibility/converse': compatibilityConverse,
  'compatibility/embeddings': compatibilityEmbeddings,
  'compatibility/errors': compatibilityErrors,
  'compatibility/files': compatibilityFiles,
  'compatibility/media': compatibilityMedia,
  'compatibility/messages': compatibilityMessages,
  'compatibility/models': compatibilityModels,
  'compatibility/other-servers': compatibilityOtherServers,
  'compatibility/parameters': compatibilityParameters,
  responses: responsesPage,
  'compatibility/responses': compatibilityResponses,
  'compatibility/reasoning': compatibilityReasoning,
  'compatibility/tools': compatibilityTools,
  features,
  files,
  keys,
  mcp,
  stored,
  troubleshooting,
};
