import { chatCompletions } from './chat-completions.ts';
import { completions } from './completions.ts';
import { converse, converseStream } from './converse.ts';
import type { Endpoint } from './endpoint.ts';
import { foundationModel, foundationModels, inferenceProfile, inferenceProfiles } from './bedrock-listings.ts';
import { health } from './health.ts';
import { listModels } from './list-models.ts';
import { retrieveModel } from './retrieve-model.ts';

/** Every route of the gateway. */
export const endpoints: readonly Endpoint[] = [
  chatCompletions,
  completions,
  listModels,
  retrieveModel,
  converse,
  converseStream,
  foundationModels,
  foundationModel,
  inferenceProfiles,
  inferenceProfile,
  health,
];
