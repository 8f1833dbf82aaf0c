import type { InputTokensRequest, ResponsesRequest } from '../../dialects/responses-request.gen.ts';
import type { Disposition } from '../chat/disposition.ts';

/** Every field of a request to count input tokens, once. A field that the specification gains breaks the build here. */
export const inputTokensDisposition: Readonly<Record<keyof InputTokensRequest, Disposition>> = {
  conversation: 'emulated',
  input: 'mapped',
  instructions: 'mapped',
  model: 'mapped',
  parallel_tool_calls: 'mapped',
  personality: 'ignored',
  previous_response_id: 'emulated',
  reasoning: 'mapped',
  text: 'mapped',
  tool_choice: 'mapped',
  tools: 'mapped',
  truncation: 'ignored',
};

const asResponse = 'As for `POST /v1/responses`.';

/** How each field is treated, or why not. The documentation shows these sentences. */
export const inputTokensReasons: Readonly<Record<keyof InputTokensRequest, string>> = {
  conversation: asResponse,
  input: asResponse,
  instructions: asResponse,
  model: asResponse,
  parallel_tool_calls: asResponse,
  personality: "A preset of OpenAI's own models.",
  previous_response_id: asResponse,
  reasoning: asResponse,
  text: asResponse,
  tool_choice: asResponse,
  tools: asResponse,
  truncation: asResponse,
};

/** A request whose input tokens are to be counted, as the Responses request that has them, and the names of the fields that it has not. */
export interface CountedResponse {
  readonly request: ResponsesRequest;
  readonly unknown: readonly string[];
}

/** The Responses request whose input a request to count describes: its known fields that are not null, and an empty input where it has none. */
export function countedResponse(counted: InputTokensRequest): CountedResponse {
  const { model, input } = counted;
  const given = Object.entries(counted).filter(([, value]) => value !== null && value !== undefined);
  const known = given.filter(([name]) => isTaken(name));
  const unknown = given.flatMap(([name]) => (isTaken(name) ? [] : [name]));
  return { request: { ...Object.fromEntries(known), model, input: input ?? [] }, unknown };
}

/** Whether a field is one of a Responses request as well. */
function isTaken(name: string): boolean {
  return Object.hasOwn(inputTokensDisposition, name) && name !== 'personality';
}
