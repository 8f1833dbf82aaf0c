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
import type { Target } from '../resolve.ts';
import { responseEvents } from './events.ts';
import { written } from './reply.ts';
import { checkResponses } from './rules.ts';
import { asChat } from './to-chat.ts';

/** Finds a model that has Responses on bedrock-runtime: OpenAI's newer ones. Throws an OpenAIError for any other. */
export function runtimeTarget(id: string, region: Region): Target {
  const target = nativeTarget(id, region);
  if (target.family.nativeResponses) return target;
  throw invalid(`The model '${id}' does not support the '/v1/responses' API`, null, 'validation_error');
}

/** Bedrock's own Responses, on either of its endpoints. */
export class Responses {
  readonly #find: (id: string) => Target;
  readonly #iam: Iam | undefined;
  readonly #faults = nativeFaults();

  /** `find` finds the model that a request names, and throws an OpenAIError for one that has no Responses. */
  constructor(find: (id: string) => Target, iam?: Iam) {
    this.#find = find;
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
    const target = this.#find(id);
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
