import { withoutNullFields } from '../../../function/backends/sagemaker/nulls.ts';

test('fields that vLLM writes as null and OpenAI omits are removed at every depth', () => {
  const usage = { prompt_tokens: 1, prompt_tokens_details: null };
  const message = { role: 'assistant', content: null, refusal: null, annotations: null, function_call: null };
  const choices = [{ index: 0, message, logprobs: null, stop_reason: null }];
  expect(
    withoutNullFields({ service_tier: null, system_fingerprint: null, kv_transfer_params: null, choices, usage }),
  ).toEqual({
    service_tier: null,
    choices: [{ index: 0, message: { role: 'assistant', content: null, refusal: null }, logprobs: null }],
    usage: { prompt_tokens: 1 },
  });
});

test('logprobs are kept unchanged: the bytes of a token may be null', () => {
  const choices = [{ logprobs: { content: [{ token: 'a', bytes: null }], refusal: null } }];
  expect(withoutNullFields({ choices, usage: null })).toEqual({ choices, usage: null });
});
