import type { ResponsesRequest } from '../../../dialects/responses-request.gen.ts';
import { invalid, unsupported } from '../../chat/to-converse/refusal.ts';
import { asksNothing, disposition } from '../disposition.ts';

/** The messages for fields that cannot be ignored: each says what to send instead. */
const refusals: Readonly<Partial<Record<keyof ResponsesRequest, string>>> = {
  background:
    "'background' is not supported: nothing runs in the background here. Leave it out, and use 'stream' for long answers.",
  context_management: "'context_management' is not supported: this gateway compacts nothing. Send a shorter 'input'.",
  conversation:
    "'conversation' is not supported: this gateway stores no conversations. Send all items of the conversation in 'input'.",
  moderation: "'moderation' is not supported: name a guardrail in 'bedrock.guardrailConfig' instead.",
  previous_response_id:
    "'previous_response_id' is not supported: this gateway stores no responses. Send the items of earlier turns in 'input', with 'store': false.",
  prompt: "'prompt' is not supported: this gateway has no stored prompts. Send the text in 'instructions' and 'input'.",
  top_logprobs: "'top_logprobs' is not supported with this model.",
};

/** What may be asked for beside the answer. Those of hosted tools ask for nothing where there are no such tools. */
const quietIncludes: ReadonlySet<string> = new Set([
  'reasoning.encrypted_content',
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
]);

/** Adds the names of ignored fields to `ignored`. Throws the 400 for those that must not be ignored. */
export function checkFields(request: ResponsesRequest, ignored: Set<string>): void {
  checkStored(request);
  for (const [name, value] of Object.entries(request)) {
    if (value !== null && value !== undefined) checkField(name, value, ignored);
  }
  checkIncludes(request, ignored);
  const { reasoning, text } = request;
  if (reasoning?.mode && reasoning.mode !== 'standard') ignored.add('reasoning.mode');
  if (reasoning?.context && reasoning.context !== 'auto') ignored.add('reasoning.context');
  if (text?.verbosity && text.verbosity !== 'medium') ignored.add('text.verbosity');
}

/** Throws the 400 for state that is kept at OpenAI, and not here: whichever backend answers, it is not asked to keep any. */
export function checkStored(request: Readonly<Partial<Record<keyof ResponsesRequest, unknown>>>): void {
  if (isSet(request.previous_response_id) && isSet(request.conversation))
    throw invalid(
      'previous_response_id',
      "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Provide only one of them.",
      'mutually_exclusive_parameters',
    );
  for (const name of ['previous_response_id', 'conversation', 'prompt', 'context_management', 'moderation'] as const) {
    if (isSet(request[name])) throw refusal(name);
  }
  if (request.background === true) throw refusal('background');
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function refusal(name: keyof ResponsesRequest): Error {
  return unsupported(name, `Unsupported parameter: ${refusals[name] ?? `'${name}' is not supported with this model.`}`);
}

function checkField(name: string, value: unknown, ignored: Set<string>): void {
  if (!isField(name)) {
    ignored.add(name);
    return;
  }
  const how = disposition[name];
  if (how === 'mapped' || how === 'emulated' || asksNothing[name]?.(value) === true) return;
  if (how === 'refused') throw refusal(name);
  ignored.add(name);
}

function isField(name: string): name is keyof ResponsesRequest {
  return Object.hasOwn(disposition, name);
}

function checkIncludes({ include }: ResponsesRequest, ignored: Set<string>): void {
  for (const name of include ?? []) {
    if (name === 'message.output_text.logprobs')
      throw unsupported(
        'include',
        "Unsupported parameter: 'include' asks for log probabilities, which this model does not give.",
      );
    if (!quietIncludes.has(name)) ignored.add('include');
  }
}
