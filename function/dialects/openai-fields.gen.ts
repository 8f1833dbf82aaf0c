// Written by `npm run schemas`; changes made here are lost.

/** Fields by where they stand, those of all variants together; lists count as their items. `any`: all that is inside. */
export type Fields = 'any' | { readonly [name: string]: Fields };

/** The fields of a Chat Completions request. */
export const chatFields: Fields = {
  audio: {
    format: {},
    voice: {
      id: {},
    },
  },
  frequency_penalty: {},
  function_call: {
    name: {},
  },
  functions: {
    description: {},
    name: {},
    parameters: 'any',
  },
  logit_bias: 'any',
  logprobs: {},
  max_completion_tokens: {},
  max_tokens: {},
  messages: {
    audio: {
      id: {},
    },
    content: {
      file: {
        file_data: {},
        file_id: {},
        filename: {},
      },
      image_url: {
        detail: {},
        url: {},
      },
      input_audio: {
        data: {},
        format: {},
      },
      prompt_cache_breakpoint: {
        mode: {},
      },
      refusal: {},
      text: {},
      type: {},
    },
    function_call: {
      arguments: {},
      name: {},
    },
    name: {},
    refusal: {},
    role: {},
    tool_call_id: {},
    tool_calls: {
      custom: {
        input: {},
        name: {},
      },
      function: {
        arguments: {},
        name: {},
      },
      id: {},
      type: {},
    },
  },
  metadata: 'any',
  modalities: {},
  model: {},
  moderation: {
    model: {},
    policy: {
      input: {
        mode: {},
      },
      output: {
        mode: {},
      },
    },
  },
  n: {},
  parallel_tool_calls: {},
  prediction: {
    content: {
      prompt_cache_breakpoint: {
        mode: {},
      },
      text: {},
      type: {},
    },
    type: {},
  },
  presence_penalty: {},
  prompt_cache_key: {},
  prompt_cache_options: {
    mode: {},
    ttl: {},
  },
  prompt_cache_retention: {},
  reasoning_effort: {},
  response_format: {
    json_schema: {
      description: {},
      name: {},
      schema: 'any',
      strict: {},
    },
    type: {},
  },
  safety_identifier: {},
  seed: {},
  service_tier: {},
  stop: {},
  store: {},
  stream: {},
  stream_options: {
    include_obfuscation: {},
    include_usage: {},
  },
  temperature: {},
  tool_choice: {
    allowed_tools: {
      mode: {},
      tools: 'any',
    },
    custom: {
      name: {},
    },
    function: {
      name: {},
    },
    type: {},
  },
  tools: {
    custom: {
      description: {},
      format: {
        grammar: {
          definition: {},
          syntax: {},
        },
        type: {},
      },
      name: {},
    },
    function: {
      description: {},
      name: {},
      parameters: 'any',
      strict: {},
    },
    type: {},
  },
  top_logprobs: {},
  top_p: {},
  user: {},
  verbosity: {},
  web_search_options: {
    search_context_size: {},
    user_location: {
      approximate: {
        city: {},
        country: {},
        region: {},
        timezone: {},
      },
      type: {},
    },
  },
};

/** The fields of a completions request. */
export const completionsFields: Fields = {
  best_of: {},
  echo: {},
  frequency_penalty: {},
  logit_bias: 'any',
  logprobs: {},
  max_tokens: {},
  model: {},
  n: {},
  presence_penalty: {},
  prompt: {},
  seed: {},
  stop: {},
  stream: {},
  stream_options: {
    include_obfuscation: {},
    include_usage: {},
  },
  suffix: {},
  temperature: {},
  top_p: {},
  user: {},
};

/** The fields of a Responses request. */
export const responsesFields: Fields = {
  background: {},
  context_management: {},
  conversation: 'any',
  include: {},
  input: 'any',
  instructions: {},
  max_output_tokens: {},
  max_tool_calls: {},
  metadata: 'any',
  model: {},
  moderation: 'any',
  parallel_tool_calls: {},
  previous_response_id: {},
  prompt: {
    id: {},
    variables: 'any',
    version: {},
  },
  prompt_cache_key: {},
  prompt_cache_options: {
    mode: {},
    ttl: {},
  },
  prompt_cache_retention: {},
  reasoning: {
    context: {},
    effort: {},
    generate_summary: {},
    mode: {},
    summary: {},
  },
  safety_identifier: {},
  service_tier: {},
  store: {},
  stream: {},
  stream_options: {
    include_obfuscation: {},
  },
  temperature: {},
  text: {
    format: {
      description: {},
      name: {},
      schema: 'any',
      strict: {},
      type: {},
    },
    verbosity: {},
  },
  tool_choice: 'any',
  tools: 'any',
  top_logprobs: {},
  top_p: {},
  truncation: {},
  user: {},
};

/** The fields of an embeddings request. */
export const embeddingsFields: Fields = {
  dimensions: {},
  encoding_format: {},
  input: {},
  model: {},
  user: {},
};
