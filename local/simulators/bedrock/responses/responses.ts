import { asObject, parsed } from '../../../json.ts';
import type { Iam } from '../../../iam/verify.ts';
import { textOf } from '../../common/server.ts';
import { chatAnswer, promptTokens } from '../../openai/answer/chat.ts';
import { invalid } from '../../openai/openai-error.ts';
import { answerWithFault, respond } from '../../openai/respond.ts';
import { strict } from '../../openai/schemas.ts';
import { authorizeInvocation } from '../authenticate.ts';
import { nativeFaults, nativeTarget, withOpenAiErrors, type NativeCall } from '../native.ts';
import type { Region } from '../region.ts';
import { responseEvents } from './events.ts';
import { written } from './reply.ts';
import { checkResponses } from './rules.ts';
import { asChat } from './to-chat.ts';

/** Bedrock's own Responses, of the models that have it on bedrock-runtime: OpenAI's newer ones. */
export class Responses {
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
    const request = strict.responses(withItemTypes(json));
    const id = request.model ?? '';
    const target = nativeTarget(id, this.#region);
    if (!target.family.nativeResponses)
      throw invalid(`The model '${id}' does not support the '/v1/responses' API`, null, 'validation_error');
    const streams = request.stream === true;
    const action = streams ? 'bedrock:InvokeModelWithResponseStream' : 'bedrock:InvokeModel';
    authorizeInvocation(caller, { action, arns: target.arns, guardrail, region: target.region }, this.#iam);
    checkResponses(request, target);
    const chat = asChat(request);
    if (promptTokens(chat) > target.model.contextTokens)
      throw invalid(
        'Your input exceeds the context window of this model. Please adjust your input and try again.',
        'input',
        'context_length_exceeded',
      );
    const asked = this.#faults.read(request.metadata ?? {});
    if (answerWithFault(response, { asked, key: caller.name, request })) return;
    const thinks = target.family.thinks !== 'never' && request.reasoning?.effort !== 'none';
    const answer = chatAnswer(chat, { model: id, thinks }, asked.fault.ending);
    const told = written(request, chat, answer);
    const reply = () => told.whole;
    const chunks = () => responseEvents(told);
    await respond(response, { streams, tokens: answer.usage.completion_tokens, reply, chunks }, asked);
  }
}

/** A message may leave its type out: its role says what it is. */
function withItemTypes(json: unknown): unknown {
  const { input, ...request } = asObject(json) ?? {};
  if (!Array.isArray(input)) return json;
  return { ...request, input: input.map(withType) };
}

function withType(item: unknown): unknown {
  const { type, role } = asObject(item) ?? {};
  return type === undefined && role !== undefined ? { ...asObject(item), type: 'message' } : item;
}
