import type { ServerResponse } from 'node:http';
import { chanceOf, seedOf } from '../answer/chance.ts';
import { FaultReader, type AskedFault } from '../answer/fault-reader.ts';
import { PIECE_MS, wholeMs } from '../answer/frames.ts';
import { limited } from '../answer/limit.ts';
import { writeFrames, writeWhole } from '../answer/write.ts';
import type { Iam } from '../iam/verify.ts';
import { compose } from './answer/compose.ts';
import { eventsOf } from './answer/events.ts';
import { converseBody, type Reply } from './answer/reply.ts';
import { PromptCache } from './answer/usage.ts';
import { authorize, authorizeGuardrail, type Caller } from './authenticate.ts';
import { BedrockError, invalid } from './bedrock-error.ts';
import { readJson } from './body.ts';
import { checkParameter, converseRequest } from './constraints.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import { framesOf } from './frames.ts';
import type { Region } from './region.ts';
import { resolve, type Target } from './resolve.ts';
import { check } from './rules/check.ts';
import type { ConverseRequest } from './wire.ts';

/** One call of a runtime operation. */
export interface Call {
  readonly body: Buffer;
  readonly response: ServerResponse;
  readonly modelId: string;
  readonly caller: Caller;
}

// Neither operation has an action of its own.
const ACTIONS = { Converse: 'bedrock:InvokeModel', ConverseStream: 'bedrock:InvokeModelWithResponseStream' } as const;

/** Converse and ConverseStream of one region, with what they remember between calls. */
export class Converse {
  readonly #region: Region;
  readonly #cache = new PromptCache();
  readonly #iam: Iam | undefined;
  readonly #faults = new FaultReader<Fault>({ faults, none: { about: 'nothing goes wrong' }, refuse: invalid });

  constructor(region: Region, iam?: Iam) {
    this.#region = region;
    this.#iam = iam;
  }

  async whole(call: Call): Promise<void> {
    const { request, target } = this.#read(call, 'Converse');
    const asked = this.#strike(call, request);
    if (asked === undefined) return;
    const { fault } = asked;
    if (fault.wholeError !== undefined) throw fault.wholeError();
    const reply = this.#answer(call, { request, target, asked });
    const body = converseBody(reply, request);
    const bytes = Buffer.from(JSON.stringify(fault.body?.(body) ?? body));
    const headers = { 'content-type': 'application/json' };
    await writeWhole(call.response, { bytes, ms: reply.latencyMs, headers }, asked);
  }

  async streamed(call: Call): Promise<void> {
    const { request, target } = this.#read(call, 'ConverseStream');
    const asked = this.#strike(call, request);
    if (asked === undefined) return;
    const reply = this.#answer(call, { request, target, asked });
    const frames = framesOf(eventsOf(reply, request), { chance: chanceOf(seedOf(request, 'filler')), wait: PIECE_MS });
    const headers = { 'content-type': 'application/vnd.amazon.eventstream' };
    await writeFrames(call.response, { frames, headers }, asked);
  }

  #read(
    { body, modelId, caller }: Call,
    operation: 'Converse' | 'ConverseStream',
  ): { request: ConverseRequest; target: Target } {
    const request = converseRequest(operation, readJson(body));
    checkParameter(operation, 'modelId', modelId);
    const target = resolve(modelId, this.#region);
    authorize(caller, { action: ACTIONS[operation], resources: target.arns }, this.#iam);
    const guardrail = request.guardrailConfig?.guardrailIdentifier ?? '';
    if (guardrail !== '') authorizeGuardrail(caller, { id: guardrail, region: this.#region.name }, this.#iam);
    check({ request, target, streamed: operation === 'ConverseStream' });
    if (target.model.throttled === true)
      throw new BedrockError('ThrottlingException', 'Too many requests, please wait before trying again.');
    return { request, target };
  }

  /** The fault that was asked for, or undefined if it has answered already. */
  #strike({ response, caller: { name: key }, modelId }: Call, request: ConverseRequest): AskedFault<Fault> | undefined {
    const asked = this.#faults.read(request.requestMetadata ?? {});
    if (asked.fault.error !== undefined) throw asked.fault.error({ key, modelId, region: this.#region.name });
    if (asked.fault.raw === undefined) return asked;
    asked.fault.raw(response);
    return undefined;
  }

  #answer(
    { caller }: Call,
    { request, target, asked: { fault } }: { request: ConverseRequest; target: Target; asked: AskedFault<Fault> },
  ): Reply {
    // What is only said about a request changes nothing of its answer.
    const { requestMetadata: _said, ...meant } = request;
    const chance = chanceOf(seedOf(target.model.id, meant));
    const natural = limited(compose({ request, target, chance, hidesThoughts: fault.hidesThoughts === true }), {
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
