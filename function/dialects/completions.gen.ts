// Written by `npm run schemas`; changes made here are lost.

export type ChatCompletionStreamOptions = {
  include_obfuscation?: boolean;
  include_usage?: boolean;
} | null;

export interface CompletionUsage {
  completion_tokens: number;
  completion_tokens_details?: {
    accepted_prediction_tokens?: number;
    audio_tokens?: number;
    reasoning_tokens?: number;
    rejected_prediction_tokens?: number;
    text_tokens?: number;
  };
  prompt_tokens: number;
  prompt_tokens_details?: {
    audio_tokens?: number;
    cache_write_tokens?: number;
    cached_tokens?: number;
    image_tokens?: number;
    text_tokens?: number;
  };
  total_tokens: number;
}

export interface CompletionsChunk {
  choices: {
    finish_reason: 'stop' | 'length' | 'content_filter' | null;
    index: number;
    logprobs: {
      text_offset?: number[];
      token_logprobs?: number[];
      tokens?: string[];
      top_logprobs?: { [key: string]: number }[];
    } | null;
    text: string;
  }[];
  created: number;
  id: string;
  model: string;
  object: 'text_completion';
  system_fingerprint?: string;
  usage?: CompletionUsage | null;
}

export interface CompletionsReply {
  choices: {
    finish_reason: 'stop' | 'length' | 'content_filter';
    index: number;
    logprobs: {
      text_offset?: number[];
      token_logprobs?: number[];
      tokens?: string[];
      top_logprobs?: { [key: string]: number }[];
    } | null;
    text: string;
  }[];
  created: number;
  id: string;
  model: string;
  object: 'text_completion';
  system_fingerprint?: string;
  usage?: CompletionUsage;
}

export interface CompletionsRequest {
  best_of?: number | null;
  echo?: boolean | null;
  frequency_penalty?: number | null;
  logit_bias?: { [key: string]: number } | null;
  logprobs?: number | null;
  max_tokens?: number | null;
  model: string;
  n?: number | null;
  presence_penalty?: number | null;
  prompt: string | (string | number | number[])[] | null;
  seed?: number | null;
  stop?: StopConfiguration;
  stream?: boolean | null;
  stream_options?: ChatCompletionStreamOptions;
  suffix?: string | null;
  temperature?: number | null;
  top_p?: number | null;
  user?: string | null;
}

export type StopConfiguration = string | null | string[];
