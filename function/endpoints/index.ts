import { chatCompletions } from './chat-completions.ts';
import type { Endpoint } from './endpoint.ts';
import { health } from './health.ts';
import { listModels } from './list-models.ts';
import { retrieveModel } from './retrieve-model.ts';

/** Every route of the gateway. */
export const endpoints: readonly Endpoint[] = [chatCompletions, listModels, retrieveModel, health];
