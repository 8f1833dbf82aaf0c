import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as timer } from 'node:timers/promises';
import { chanceOf, seedOf } from '../answer/chance.ts';
import { compose } from './answer/compose.ts';
import { eventsOf } from './answer/events.ts';
import { limited } from './answer/limit.ts';
import { converseBody, type Reply } from './answer/reply.ts';
import { PromptCache } from './answer/usage.ts';
import { BedrockError } from './bedrock-error.ts';
import { readJson } from './body.ts';
import { checkParameter, converseRequest } from './constraints.ts';
import { FaultReader, type AskedFault } from './fault-reader.ts';
import type { Frame } from '../answer/event-stream.ts';
import { framesOf } from './frames.ts';
import type { Region } from './region.ts';
import { resolve, type Target } from './resolve.ts';
import { check } from './rules/check.ts';
import type { ConverseRequest } from './wire.ts';

/** One call of a runtime operation. */
export interface Call {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly modelId: string;
  readonly key: string;
}

// The time of an answer: until its first piece, and between two pieces.
const FIRST_MS = 20;
const PIECE_MS = 8;

/** Converse and ConverseStream of one region, with what they remember between calls. */
export class Converse {
  readonly #region: Region;
  readonly #cache = new PromptCache();
  readonly #faults = new FaultReader();

  constructor(region: Region) {
    this.#region = region;
  }

  async whole(call: Call): Promise<void> {
    const { request, target } = await this.#read(call, 'Converse');
    const asked = this.#strike(call, request);
    if (asked === undefined) return;
    const { fault, argument } = asked;
    if (fault.converseError !== undefined) throw fault.converseError();
    const reply = this.#answer(call, { request, target, asked });
    const body = converseBody(reply, request);
    await sleep(fault.converseDelay?.(argument) ?? reply.latencyMs);
    const json = JSON.stringify(fault.body?.(body) ?? body);
    call.response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
    if (fault.cutsBody === true) call.response.write(json.slice(0, json.length / 2), () => call.response.destroy());
    else call.response.end(json);
  }

  async streamed(call: Call): Promise<void> {
    const { request, target } = await this.#read(call, 'ConverseStream');
    const asked = this.#strike(call, request);
    if (asked === undefined) return;
    const { fault, argument } = asked;
    const reply = this.#answer(call, { request, target, asked });
    const frames = framesOf(eventsOf(reply, request), { chance: chanceOf(seedOf(request, 'filler')), wait: PIECE_MS });
    await sleep(fault.headerDelay?.(argument) ?? FIRST_MS);
    call.response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    call.response.flushHeaders();
    await send(fault.frames?.(frames, argument) ?? frames, call.response);
  }

  async #read(
    { incoming, modelId }: Call,
    operation: 'Converse' | 'ConverseStream',
  ): Promise<{ request: ConverseRequest; target: Target }> {
    const request = converseRequest(operation, await readJson(incoming));
    checkParameter(operation, 'modelId', modelId);
    const target = resolve(modelId, this.#region);
    check({ request, target, streamed: operation === 'ConverseStream' });
    if (target.model.throttled === true)
      throw new BedrockError('ThrottlingException', 'Too many requests, please wait before trying again.');
    return { request, target };
  }

  /** The fault that was asked for, or undefined if it has answered already. */
  #strike({ response, key, modelId }: Call, request: ConverseRequest): AskedFault | undefined {
    const asked = this.#faults.read(request);
    if (asked.fault.error !== undefined) throw asked.fault.error({ key, modelId, region: this.#region.name });
    if (asked.fault.raw === undefined) return asked;
    asked.fault.raw(response);
    return undefined;
  }

  #answer(
    { key }: Call,
    { request, target, asked: { fault } }: { request: ConverseRequest; target: Target; asked: AskedFault },
  ): Reply {
    // What is only said about a request changes nothing of its answer.
    const { requestMetadata: _said, ...meant } = request;
    const chance = chanceOf(seedOf(target.model.id, meant));
    const natural = limited(compose({ request, target, chance, hidesThoughts: fault.hidesThoughts === true }), request);
    const answer = fault.answer?.(natural) ?? natural;
    const usage = this.#cache.usage(request, {
      owner: seedOf(key, target.model.id),
      outputTokens: answer.outputTokens,
    });
    return {
      answer,
      ...(fault.withoutUsage !== true && { usage }),
      latencyMs: FIRST_MS + Math.min(answer.outputTokens, 16) * PIECE_MS,
      beside: { serviceTier: request.serviceTier, performanceConfig: request.performanceConfig, trace: fault.trace },
    };
  }
}

async function send(frames: readonly Frame[], response: ServerResponse): Promise<void> {
  for (const { bytes, wait, resets } of frames) {
    if (wait > 0) await sleep(wait);
    if (response.destroyed) return;
    response.write(bytes);
    if (resets === true) return void response.socket?.resetAndDestroy();
  }
  response.end();
}

// A simulator that was closed meanwhile does not keep its process alive.
async function sleep(ms: number): Promise<void> {
  await timer(ms, undefined, { ref: false });
}
