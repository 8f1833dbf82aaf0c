import type { ChatRequest } from '../../../dialects/chat.gen.ts';

/** Renders the messages of a request to the one prompt that a base model continues. Throws an ApiError 400 for what it cannot. */
export type RenderPrompt = (request: ChatRequest) => string;
