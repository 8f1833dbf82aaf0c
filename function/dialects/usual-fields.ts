/**
 * Fields beyond OpenAI's schemas that calls which the stack pays may have anywhere, unless the config's `openaiFields` says otherwise. Each
 * is data for the model or its sampler. None names another model, a file, a server or code: docs/deploying.md lists those, with the reason.
 */
export const usualFields: readonly string[] = [
  // Reasoning: DeepSeek, Kimi, OpenRouter, Gemini, Qwen, vLLM, z.ai, and what LiteLLM's clients send back.
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'thinking_blocks',
  'extra_content',
  'thinking',
  'thinking_budget',
  'enable_thinking',
  'include_reasoning',
  // Sampling: vLLM, SGLang, llama.cpp, OpenRouter, Together, Mistral, Qwen, z.ai.
  'top_k',
  'min_p',
  'top_a',
  'typical_p',
  'repetition_penalty',
  'length_penalty',
  'do_sample',
  'random_seed',
  'min_tokens',
  'stop_token_ids',
  'bad_words',
  'include_stop_str_in_output',
  'skip_special_tokens',
  'spaces_between_special_tokens',
  // Prompts: vLLM and SGLang; continuing an assistant's turn with DeepSeek, Mistral (`prefix`), Kimi and Qwen (`partial`).
  'chat_template_kwargs',
  'add_generation_prompt',
  'continue_final_message',
  'add_special_tokens',
  'prefix',
  'partial',
  'prompt_mode',
  'safe_prompt',
  // The format of answers: vLLM, SGLang, llama.cpp, Together, Fireworks.
  'guided_json',
  'guided_regex',
  'guided_choice',
  'guided_grammar',
  'structured_outputs',
  'json_schema',
  'schema',
  'grammar',
  'ebnf',
  'regex',
  // Parts of messages: vLLM, Qwen, OpenRouter and LiteLLM.
  'video_url',
  'audio_url',
  'min_pixels',
  'max_pixels',
  'fps',
  'cache_control',
  // Fields of answers that clients send back: OpenAI, OpenRouter.
  'annotations',
  'usage',
  // Embeddings: Cohere, NVIDIA, Jina, Voyage, vLLM.
  'input_type',
  'truncate',
  'truncation',
  'truncate_prompt_tokens',
  'task',
  'output_dimension',
];

/**
 * Variables of vLLM's chat templates that are arguments of the renderer itself: `chat_template` is a caller's template, which the server
 * would run, and `tokenize` makes the renderer do the work of the model's queue while others wait.
 */
export const rendererArguments: ReadonlySet<string> = new Set([
  'chat_template',
  'tokenize',
  'conversation',
  'messages',
  'tools',
  'documents',
  'padding',
  'truncation',
  'max_length',
  'return_tensors',
  'return_dict',
  'return_assistant_tokens_mask',
  'tokenizer_kwargs',
]);
