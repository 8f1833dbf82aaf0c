import { chanceOf, seedOf } from '../common/chance.ts';
import { pieceDelayMs } from '../common/frames.ts';
import { writeFrames, writeWhole } from '../common/write.ts';
import { eventsOf } from './answer/events.ts';
import { converseBody } from './answer/reply.ts';
import type { Answering, Call } from './answering.ts';
import { authorizeInvocation } from './authenticate.ts';
import { BedrockError } from './bedrock-error.ts';
import { readJson } from './body.ts';
import { checkParameter, converseRequest } from './constraints.ts';
import { framesOf } from './frames.ts';
import type { Region } from './region.ts';
import { resolve, type Target } from './resolve.ts';
import { check } from './rules/check.ts';
import { checkStoredMedia, type Storage } from './stored-media.ts';
import type { ConverseRequest } from './wire.ts';

// Neither operation has an action of its own.
const actions = { Converse: 'bedrock:InvokeModel', ConverseStream: 'bedrock:InvokeModelWithResponseStream' } as const;

/** Converse and ConverseStream of one region, with what they remember between calls. */
export class Converse {
  readonly #region: Region;
  readonly #answering: Answering;
  readonly #storage: Storage;

  constructor(region: Region, { answering, storage }: { answering: Answering; storage: Storage }) {
    this.#region = region;
    this.#answering = answering;
    this.#storage = storage;
  }

  async whole(call: Call): Promise<void> {
    const { request, target } = this.#read(call, 'Converse');
    const asked = this.#answering.strike(call, { metadata: request.requestMetadata, region: this.#region.name });
    if (asked === undefined) return;
    const { fault } = asked;
    if (fault.wholeError !== undefined) throw fault.wholeError();
    const reply = this.#answering.answer(call.caller, { request, target, asked });
    const body = converseBody(reply, request);
    const bytes = Buffer.from(JSON.stringify(fault.body?.(body) ?? body));
    const headers = { 'content-type': 'application/json' };
    await writeWhole(call.response, { bytes, ms: reply.latencyMs, headers }, asked);
  }

  async streamed(call: Call): Promise<void> {
    const { request, target } = this.#read(call, 'ConverseStream');
    const asked = this.#answering.strike(call, { metadata: request.requestMetadata, region: this.#region.name });
    if (asked === undefined) return;
    const reply = this.#answering.answer(call.caller, { request, target, asked });
    const frames = framesOf(eventsOf(reply, request), {
      chance: chanceOf(seedOf(request, 'filler')),
      wait: pieceDelayMs,
    });
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
    const { guardrailIdentifier: id = '', guardrailVersion: version } = request.guardrailConfig ?? {};
    const guardrail = id === '' ? undefined : { id, version };
    const { arns, region } = target;
    authorizeInvocation(caller, { action: actions[operation], arns, guardrail, region }, this.#storage.iam);
    check({ request, target, streamed: operation === 'ConverseStream' });
    checkStoredMedia(request, caller, this.#storage);
    if (target.model.throttled === true)
      throw new BedrockError('ThrottlingException', 'Too many requests, please wait before trying again.');
    return { request, target };
  }
}
