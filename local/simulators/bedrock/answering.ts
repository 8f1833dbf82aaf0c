import type { ServerResponse } from 'node:http';
import { chanceOf, seedOf } from '../common/chance.ts';
import { FaultReader, type RequestedFault } from '../common/fault-reader.ts';
import { wholeMs } from '../common/frames.ts';
import { limitAnswer } from '../common/limit.ts';
import { compose } from './answer/compose.ts';
import type { Reply } from './answer/reply.ts';
import { PromptCache } from './answer/usage.ts';
import type { Caller } from './authenticate.ts';
import { invalid } from './bedrock-error.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import type { Target } from './resolve.ts';
import type { ConverseRequest } from './wire.ts';

/** One call of a runtime operation. */
export interface Call {
  readonly body: Buffer;
  readonly response: ServerResponse;
  readonly modelId: string;
  readonly caller: Caller;
}

/** What a model is asked, and what is to go wrong with its answer. */
export interface ModelCall {
  readonly request: ConverseRequest;
  readonly target: Target;
  readonly asked: RequestedFault<Fault>;
}

/** The models of a region at work, whichever operation asks them, with what they remember between calls. */
export class Answering {
  readonly #cache = new PromptCache();
  readonly #faults = new FaultReader<Fault>({ faults, none: { about: 'nothing goes wrong' }, refuse: invalid });

  /** The fault that was asked for, or undefined if it has answered already. */
  strike(
    { response, caller: { name: key }, modelId }: Omit<Call, 'body'>,
    { metadata = {}, region }: { metadata: ConverseRequest['requestMetadata']; region: string },
  ): RequestedFault<Fault> | undefined {
    const asked = this.#faults.read(metadata);
    if (asked.fault.error !== undefined) throw asked.fault.error({ key, modelId, region });
    if (asked.fault.raw === undefined) return asked;
    asked.fault.raw(response);
    return undefined;
  }

  answer(caller: Caller, { request, target, asked: { fault } }: ModelCall): Reply {
    // What is only said about a request changes nothing of its answer.
    const { requestMetadata: _said, ...meant } = request;
    const chance = chanceOf(seedOf(target.model.id, meant));
    const natural = limitAnswer(compose({ request, target, chance, hidesThoughts: fault.hidesThoughts === true }), {
      maxTokens: target.family.usualTokens,
      ...request.inferenceConfig,
    });
    const answer = fault.answer?.(natural) ?? natural;
    const usage = this.#cache.usage(request, {
      owner: seedOf(caller.name, target.model.id),
      outputTokens: answer.outputTokens,
    });
    return {
      answer,
      ...(fault.withoutUsage !== true && { usage }),
      latencyMs: wholeMs(answer.outputTokens),
      beside: { serviceTier: request.serviceTier, performanceConfig: request.performanceConfig, trace: fault.trace },
    };
  }
}
