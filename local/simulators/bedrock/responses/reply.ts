import { newId, seedOf } from '../../common/chance.ts';
import type { Block } from '../../common/limit.ts';
import type { ChatAnswer } from '../../openai/answer/chat.ts';
import { isCustom } from '../../openai/answer/reply.ts';
import type { ChatRequest } from '../../openai/wire.ts';
import type { ResponsesRequest } from '../../openai/responses-wire.ts';

/** A JSON object of the wire. */
export type Json = Readonly<Record<string, unknown>>;

/** A response: its output, and the object around it by status. */
export interface Written {
  readonly output: readonly Json[];
  readonly begun: Json;
  readonly whole: Json;
}

/** An answer as a Response object, with an ID of Bedrock's. */
export function written(request: ResponsesRequest, chat: ChatRequest, answer: ChatAnswer): Written {
  const [choice] = answer.choices;
  const blocks = choice?.answer.blocks ?? [];
  const isCut = choice?.answer.stopReason === 'max_tokens';
  const output = blocks.map((block, at) =>
    itemOf(block, { request, chat, status: isCut && at === blocks.length - 1 ? 'incomplete' : 'completed' }),
  );
  const settings = { id: `resp_${newId(40)}`, object: 'response', created_at: answer.created, ...settingsOf(request) };
  const begun = {
    ...settings,
    completed_at: null,
    status: 'in_progress',
    incomplete_details: null,
    output: [],
    usage: null,
  };
  const whole = {
    ...settings,
    completed_at: answer.created,
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output,
    usage: usageOf(answer.usage),
  };
  return { output, begun, whole };
}

function settingsOf(request: ResponsesRequest): Json {
  return {
    background: false,
    error: null,
    frequency_penalty: 0,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: null,
    metadata: request.metadata ?? {},
    model: request.model,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: null,
    reasoning: { effort: request.reasoning?.effort ?? 'medium', summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: request.store ?? true,
    temperature: 1,
    text: { format: { type: 'text' }, ...request.text },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_logprobs: 0,
    top_p: request.top_p ?? 1,
    truncation: 'disabled',
  };
}

function usageOf({ prompt_tokens: input, completion_tokens: output, ...others }: ChatAnswer['usage']): Json {
  const { reasoning_tokens: thoughts = 0 } = others.completion_tokens_details as { reasoning_tokens?: number };
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: thoughts },
    total_tokens: others.total_tokens,
  };
}

interface Place {
  readonly request: ResponsesRequest;
  readonly chat: ChatRequest;
  readonly status: 'completed' | 'incomplete';
}

/** What a model thought is never told: it is encrypted, where the request asks for that. */
function itemOf(block: Block, { request, chat, status }: Place): Json {
  if (block.kind === 'text') {
    const part = { type: 'output_text', annotations: [], logprobs: [], text: block.text };
    return { id: `msg_${newId(40)}`, type: 'message', status, role: 'assistant', content: [part] };
  }
  if (block.kind === 'call') {
    const { id: call_id, name, input } = block;
    return isCustom(name, chat)
      ? { id: `ctc_${newId(40)}`, type: 'custom_tool_call', call_id, name, input }
      : { id: `fc_${newId(40)}`, type: 'function_call', status, call_id, name, arguments: input };
  }
  const encrypted = request.include?.includes('reasoning.encrypted_content') === true;
  return {
    id: `rs_${newId(40)}`,
    type: 'reasoning',
    summary: [],
    ...(encrypted && { encrypted_content: Buffer.from(seedOf(block)).toString('base64') }),
  };
}
