import { parsed } from '../../json.ts';
import { textOf } from '../common/server.ts';
import type { Iam } from '../../iam/verify.ts';
import { chatAnswer } from '../openai/answer/chat.ts';
import { chatChunks } from '../openai/answer/chunks.ts';
import { chatReply } from '../openai/answer/reply.ts';
import { invalid } from '../openai/openai-error.ts';
import { respond, answerWithFault } from '../openai/respond.ts';
import { check } from '../openai/rules/check.ts';
import { strict } from '../openai/schemas.ts';
import { partsOf, type ChatRequest } from '../openai/wire.ts';
import { authorizeInvocation } from './authenticate.ts';
import { checkSurface, requestForModel } from './chat-surface.ts';
import type { Family } from './families.ts';
import { nativeFaults, nativeTarget, withOpenAiErrors, type NativeCall } from './native.ts';
import type { Region } from './region.ts';
import type { Target } from './resolve.ts';

/** Bedrock's own Chat Completions, of the models that it serves so: OpenAI's and open-weight ones. */
export class ChatCompletions {
  readonly #region: Region;
  readonly #iam: Iam | undefined;
  readonly #faults = nativeFaults();

  constructor(region: Region, iam?: Iam) {
    this.#region = region;
    this.#iam = iam;
  }

  /** Errors of the model and of the request are OpenAI's; those of the front door stay AWS's. */
  serve(call: NativeCall): Promise<void> {
    return withOpenAiErrors(call, () => this.#answer(call));
  }

  async #answer({ response, body, caller, guardrail }: NativeCall): Promise<void> {
    const json = parsed(textOf(body) ?? '');
    if (json === undefined) throw invalid('The body of the request could not be parsed as JSON.');
    const request = strict.chat(json);
    const target = targetOf(request, this.#region);
    const streams = request.stream === true;
    const action = streams ? 'bedrock:InvokeModelWithResponseStream' : 'bedrock:InvokeModel';
    authorizeInvocation(caller, { action, arns: target.arns, guardrail, region: target.region }, this.#iam);
    checkSurface(request, target);
    checkFor(request, target);
    const asked = this.#faults.read(request.metadata ?? {});
    if (answerWithFault(response, { asked, key: caller.name, request })) return;
    const thinks = target.family.thinks !== 'never' && request.reasoning_effort !== 'none';
    const answer = chatAnswer(requestForModel(request, target), { model: request.model, thinks }, asked.fault.ending);
    const written = {
      streams,
      tokens: answer.usage.completion_tokens,
      reply: () => chatReply(answer, request),
      chunks: () => chatChunks(answer, request),
    };
    await respond(response, written, asked);
  }
}

function targetOf({ model: id }: ChatRequest, region: Region): Target {
  const target = nativeTarget(id, region);
  if (!target.family.nativeChat)
    throw invalid(`The model '${id}' does not support the '/v1/chat/completions' API`, null, 'validation_error');
  return target;
}

// GPT-5.x takes no sampling parameters, on this surface as on Converse.
const refusedSampling: Readonly<Record<Family['sampling'], readonly string[]>> = {
  free: [],
  single: [],
  'no-temperature': ['temperature'],
  none: ['temperature', 'top_p'],
};

function checkFor(request: ChatRequest, { model, family }: Target): void {
  const names = refusedSampling[family.sampling].map((name) => [
    name,
    `Unsupported parameter: '${name}' is not supported with this model.`,
  ]);
  check(request, { ...model, refused: Object.fromEntries(names) });
  const seen = request.messages.findIndex((message) => partsOf(message).some(({ type }) => type === 'image_url'));
  if (seen >= 0 && !model.input.includes('IMAGE'))
    throw invalid(
      `The model '${request.model}' does not read images.`,
      `messages[${seen}].content`,
      'validation_error',
    );
}
