import type { ResponsesRequest, Tool } from '../../dialects/responses-request.gen.ts';
import type { ResponsesReply, Tool as AnsweredTool } from '../../dialects/responses.gen.ts';
import type { Settings } from './plan.ts';

/** The settings that every Response object repeats, those that were not given with OpenAI's defaults. Nothing is stored, whatever was asked. */
export function settingsOf(request: ResponsesRequest): Settings {
  const { text, reasoning, service_tier: tier, user, prompt_cache_retention: retention } = request;
  return {
    background: false,
    frequency_penalty: 0,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    metadata: request.metadata ?? {},
    model: request.model,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    prompt_cache_retention: retention ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    safety_identifier: request.safety_identifier ?? null,
    service_tier: tier ?? 'auto',
    store: false,
    temperature: request.temperature ?? 1,
    text: { format: text?.format ?? { type: 'text' }, verbosity: text?.verbosity ?? 'medium' },
    tool_choice: answeredChoice(request.tool_choice ?? 'auto'),
    tools: (request.tools ?? []).map(answeredTool),
    top_logprobs: 0,
    top_p: request.top_p ?? 1,
    truncation: request.truncation ?? 'disabled',
    user: user ?? null,
  };
}

function answeredChoice(choice: NonNullable<ResponsesRequest['tool_choice']>): ResponsesReply['tool_choice'] {
  return choice;
}

/** A tool as it is repeated: a function with all of its fields. */
function answeredTool(tool: Tool): AnsweredTool {
  if (tool.type === 'function') {
    const { description = null, parameters = null, strict } = tool;
    return { ...tool, description, parameters, strict: strict ?? false };
  }
  if (tool.type !== 'namespace') return tool;
  return { ...tool, description: tool.description ?? '' };
}
