import type { InputItem, ResponsesRequest, Tool } from '../../dialects/responses-request.gen.ts';
import type { Disposition } from '../chat/disposition.ts';

/** Every field of the request schema, once. A field that the specification gains breaks the build here. */
export const disposition: Readonly<Record<keyof ResponsesRequest, Disposition>> = {
  background: 'refused',
  bedrock: 'mapped',
  context_management: 'refused',
  conversation: 'emulated',
  include: 'mapped',
  input: 'mapped',
  instructions: 'mapped',
  max_output_tokens: 'mapped',
  max_tool_calls: 'mapped',
  metadata: 'mapped',
  model: 'mapped',
  moderation: 'refused',
  parallel_tool_calls: 'mapped',
  previous_response_id: 'emulated',
  prompt: 'refused',
  prompt_cache_key: 'mapped',
  prompt_cache_options: 'mapped',
  prompt_cache_retention: 'ignored',
  reasoning: 'mapped',
  safety_identifier: 'mapped',
  service_tier: 'mapped',
  store: 'ignored',
  stream: 'mapped',
  stream_options: 'mapped',
  temperature: 'mapped',
  text: 'mapped',
  tool_choice: 'mapped',
  tools: 'mapped',
  top_logprobs: 'refused',
  top_p: 'mapped',
  truncation: 'ignored',
  user: 'mapped',
};

/** How each field is translated, or why not. The documentation shows these sentences. */
export const reasons: Readonly<Record<keyof ResponsesRequest, string>> = {
  background: 'Nothing runs in the background: the answer comes with the request.',
  bedrock: 'Options that OpenAI does not have; each is sent as the Converse field of the same name.',
  context_management: 'Nothing is compacted: send a shorter `input`.',
  conversation:
    'In a stack with `storage`, its items stand in front of `input`, and the turn is appended to it; elsewhere it is refused.',
  include:
    '`reasoning.encrypted_content` returns what the next turn of a tool loop needs; log probabilities are refused; the rest concerns hosted tools.',
  input: 'System and developer items become `system`, the others `messages` in alternating turns.',
  instructions: 'The first text of `system`.',
  max_output_tokens: 'Like `max_completion_tokens` of Chat Completions.',
  max_tool_calls: 'Limits calls of hosted tools, of which there are none.',
  metadata: 'As for Chat Completions.',
  model: 'The catalog determines the target.',
  moderation: 'The gateway does not moderate; `bedrock.guardrailConfig` names a guardrail.',
  parallel_tool_calls: '`false` is passed on to Claude; other families have no such option.',
  previous_response_id:
    'In a stack with `storage`, everything that was said up to that response stands in front of `input`; elsewhere it is refused.',
  prompt: 'The gateway has no stored prompts: send the text in `instructions` and `input`.',
  prompt_cache_key: 'As for Chat Completions.',
  prompt_cache_options: 'As for Chat Completions.',
  prompt_cache_retention: 'Cached prefixes are kept for minutes, or for one hour with `prompt_cache_options.ttl`.',
  reasoning: "`effort` is the family's own equivalent; a summary is returned whenever the model gives its reasoning.",
  safety_identifier: '`requestMetadata`, as `openai-safety-identifier`.',
  service_tier: 'As for Chat Completions; `ultrafast` is ignored.',
  store:
    'In a stack with `storage`, the gateway stores the answer; elsewhere the answer says `store: false`. Servers always get `false`.',
  stream: 'ConverseStream, or Converse replayed as a stream if the model cannot stream with tools.',
  stream_options: '`include_obfuscation` is accepted, but no padding is added.',
  temperature: '`temperature`, at most 1; left out if the family does not accept it.',
  text: '`format` as `response_format` of Chat Completions; `verbosity` is ignored.',
  tool_choice: '`toolChoice`, as for Chat Completions; a hosted tool cannot be forced.',
  tools: 'Function and custom tools, also those in namespaces; hosted tools are left out and named.',
  top_logprobs: 'Converse does not return log probabilities.',
  top_p: '`topP`; left out if the family does not accept it.',
  truncation: 'A conversation that is too long is refused, as with `disabled`.',
  user: '`requestMetadata`, as `openai-user`.',
};

/** Every type of item, once: what is neither mapped nor refused is told to the model in words (emulated), or left out and named (ignored). */
export const itemDisposition: Readonly<Record<InputItem['type'], Disposition>> = {
  additional_tools: 'mapped',
  apply_patch_call: 'emulated',
  apply_patch_call_output: 'emulated',
  code_interpreter_call: 'emulated',
  compaction: 'ignored',
  compaction_trigger: 'refused',
  computer_call: 'emulated',
  computer_call_output: 'ignored',
  custom_tool_call: 'mapped',
  custom_tool_call_output: 'mapped',
  file_search_call: 'emulated',
  function_call: 'mapped',
  function_call_output: 'mapped',
  image_generation_call: 'ignored',
  item_reference: 'mapped',
  local_shell_call: 'emulated',
  local_shell_call_output: 'emulated',
  mcp_approval_request: 'ignored',
  mcp_approval_response: 'ignored',
  mcp_call: 'emulated',
  mcp_list_tools: 'ignored',
  message: 'mapped',
  program: 'ignored',
  program_output: 'ignored',
  reasoning: 'mapped',
  shell_call: 'emulated',
  shell_call_output: 'emulated',
  tool_search_call: 'mapped',
  tool_search_output: 'mapped',
  web_search_call: 'emulated',
};

const toldInWords = 'A call of a hosted tool is told to the model in words.';
const outputInWords = 'What a tool returned is told to the model in words.';
const encryptedForOpenAi = "Only OpenAI's models can read it.";
const openAisOwn = 'It is about something that OpenAI runs.';

/** How each item is treated, or why not. The documentation shows these sentences. */
export const itemReasons: Readonly<Record<InputItem['type'], string>> = {
  message:
    '`system` for system and developer messages, else a message; images and files by data, https URL or the ID of a stored file.',
  function_call: '`toolUse`, in the turn of the assistant that it belongs to.',
  function_call_output:
    '`toolResult`, directly behind the calls of its turn; files in it follow the results. Without `call_id`, it is told in words.',
  custom_tool_call: 'Like `function_call`, with one string as its input.',
  custom_tool_call_output: 'Like `function_call_output`.',
  reasoning:
    '`encrypted_content` of this gateway goes back to the family that wrote it, with the call that it led to; that of others is named. Without it, the text goes back to families that want it.',
  item_reference: 'The item that the stack has stored under that ID; refused in a stack without `storage`.',
  compaction_trigger: 'Nothing is compacted here.',
  additional_tools: 'Its tools join those of `tools`; of the same name, the last counts.',
  apply_patch_call: toldInWords,
  apply_patch_call_output: outputInWords,
  code_interpreter_call: toldInWords,
  compaction: encryptedForOpenAi,
  computer_call: toldInWords,
  computer_call_output: 'It is an image of a tool that is not there.',
  file_search_call: toldInWords,
  image_generation_call: 'Its result is an image of the assistant, which no model takes back.',
  local_shell_call: toldInWords,
  local_shell_call_output: outputInWords,
  mcp_approval_request: openAisOwn,
  mcp_approval_response: openAisOwn,
  mcp_call: toldInWords,
  mcp_list_tools: openAisOwn,
  program: openAisOwn,
  program_output: openAisOwn,
  shell_call: toldInWords,
  shell_call_output: outputInWords,
  tool_search_call: 'Like `function_call` where the client searches; a search that OpenAI ran is left out and named.',
  tool_search_output: 'A result with the names of the tools, which join those of `tools`.',
  web_search_call: toldInWords,
};

/** Every type of tool, once. What is ignored is left out and named, and a choice that forces it is refused. */
export const toolDisposition: Readonly<Record<Tool['type'], Disposition>> = {
  apply_patch: 'ignored',
  code_interpreter: 'ignored',
  computer: 'ignored',
  computer_use_preview: 'ignored',
  custom: 'mapped',
  file_search: 'ignored',
  function: 'mapped',
  image_generation: 'ignored',
  local_shell: 'ignored',
  mcp: 'ignored',
  namespace: 'emulated',
  programmatic_tool_calling: 'ignored',
  shell: 'ignored',
  tool_search: 'emulated',
  web_search: 'ignored',
  web_search_2025_08_26: 'ignored',
  web_search_preview: 'ignored',
  web_search_preview_2025_03_11: 'ignored',
};

const hostedTool = 'A hosted tool, which only OpenAI runs.';
const clientsTool = "A tool of OpenAI's models alone.";

/** How each tool is treated, or why not. The documentation shows these sentences. */
export const toolReasons: Readonly<Record<Tool['type'], string>> = {
  function: '`toolConfig.tools`, as for Chat Completions.',
  custom: 'A tool with one string; a grammar is asked for in its description.',
  namespace: 'Its tools, under names that begin with that of the namespace; calls come back with both names.',
  apply_patch: clientsTool,
  code_interpreter: hostedTool,
  computer: clientsTool,
  computer_use_preview: clientsTool,
  file_search: hostedTool,
  image_generation: hostedTool,
  local_shell: clientsTool,
  mcp: hostedTool,
  programmatic_tool_calling: hostedTool,
  shell: clientsTool,
  tool_search: 'A tool that the client runs where `execution` is `client`; else a hosted tool.',
  web_search: hostedTool,
  web_search_2025_08_26: hostedTool,
  web_search_preview: hostedTool,
  web_search_preview_2025_03_11: hostedTool,
};

/** Whether a value of an ignored or refused field asks for nothing, as null does: it is neither named nor refused. */
export const asksNothing: Readonly<Partial<Record<keyof ResponsesRequest, (value: unknown) => boolean>>> = {
  background: (value) => value === false,
  store: (value) => value === false,
  top_logprobs: (value) => value === 0,
  truncation: (value) => value === 'disabled',
};
