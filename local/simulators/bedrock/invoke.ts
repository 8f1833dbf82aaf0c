import { chanceOf, seedOf } from '../common/chance.ts';
import { pieceDelayMs } from '../common/frames.ts';
import { asObject, parsed } from '../../json.ts';
import { writeJson } from '../common/server.ts';
import { writeFrames, writeWhole } from '../common/write.ts';
import type { Iam } from '../../iam/verify.ts';
import type { Reply } from './answer/reply.ts';
import type { Answering, ModelCall, Call as AnyCall } from './answering.ts';
import { authorizeInvocation } from './authenticate.ts';
import { BedrockError, invalid } from './bedrock-error.ts';
import { readJson } from './body.ts';
import { checkParameter } from './constraints.ts';
import { answers } from './embeddings/answers.ts';
import { checkBody } from './embeddings/check.ts';
import type { EmbeddingForm } from './embeddings/schemas.ts';
import { framesOf } from './frames.ts';
import { readMessages } from './messages/read.ts';
import { chunksOf, messageOf, usageOf } from './messages/reply.ts';
import type { Model } from './models.ts';
import type { Region } from './region.ts';
import { callable, resolve } from './resolve.ts';

/** A call of either operation: what Converse has in its body is in headers. */
export interface Call extends AnyCall {
  /** A header of the operation, without the prefix `x-amzn-bedrock-`. */
  readonly header: (name: string) => string | undefined;
}

type Operation = 'InvokeModel' | 'InvokeModelWithResponseStream';

interface Dependencies {
  readonly answering: Answering;
  readonly iam: Iam | undefined;
}

/** InvokeModel and its stream, of embedding models and of Anthropic's: each takes, and answers with, a body of its own form. */
export class InvokeModel {
  readonly #region: Region;
  readonly #answering: Answering;
  readonly #iam: Iam | undefined;

  constructor(region: Region, { answering, iam }: Dependencies) {
    this.#region = region;
    this.#answering = answering;
    this.#iam = iam;
  }

  async whole(call: Call): Promise<void> {
    const { model } = this.#arrive(call, 'InvokeModel');
    if (model.embedding !== undefined) return embed(call, model, model.embedding);
    const asking = this.#ask(call, model, false);
    if (asking === undefined) return;
    const { fault } = asking.asked;
    if (fault.wholeError !== undefined) throw fault.wholeError();
    const reply = this.#answering.answer(call.caller, asking);
    const body = messageOf(reply, messageId(asking));
    const bytes = Buffer.from(JSON.stringify(fault.body?.(body) ?? body));
    const headers = { 'content-type': 'application/json', ...counts(reply) };
    await writeWhole(call.response, { bytes, ms: reply.latencyMs, headers }, asking.asked);
  }

  async streamed(call: Call): Promise<void> {
    const { model } = this.#arrive(call, 'InvokeModelWithResponseStream');
    if (!model.streaming) throw invalid('The model is unsupported for streaming.');
    const asking = this.#ask(call, model, true);
    if (asking === undefined) return;
    const reply = this.#answering.answer(call.caller, asking);
    const chance = chanceOf(seedOf(asking.request, 'filler'));
    const frames = framesOf(chunksOf(reply, messageId(asking)), { chance, wait: pieceDelayMs });
    const headers = {
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amzn-bedrock-content-type': 'application/json',
    };
    await writeFrames(call.response, { frames, headers }, asking.asked);
  }

  #arrive({ modelId, caller, header }: Call, operation: Operation): { model: Model } {
    checkParameter(operation, 'modelId', modelId);
    const { model, arns } = callable(modelId, this.#region);
    const [id, version] = [header('guardrailidentifier'), header('guardrailversion')];
    const guardrail = id === undefined ? undefined : { id, version };
    const { name: region } = this.#region;
    authorizeInvocation(caller, { action: `bedrock:${operation}`, arns, guardrail, region }, this.#iam);
    if ((id === undefined) !== (version === undefined))
      throw invalid('The guardrailIdentifier and guardrailVersion headers must be set together.');
    return { model };
  }

  /** What the model is asked, or undefined if a fault has answered already. */
  #ask(call: Call, model: Model, streamed: boolean): ModelCall | undefined {
    if (model.provider !== 'Anthropic') {
      throw invalid(
        "The simulator answers InvokeModel for embedding models and Anthropic's only. With this model, converse.",
      );
    }
    const target = resolve(call.modelId, this.#region);
    const request = readMessages(readJson(call.body), { target, streamed });
    if (model.throttled === true)
      throw new BedrockError('ThrottlingException', 'Too many requests, please wait before trying again.');
    const metadata = metadataOf(call.header('request-metadata'));
    const asked = this.#answering.strike(call, { metadata, region: this.#region.name });
    return asked && { request, target, asked };
  }
}

/** The header for what Converse has in its body as `requestMetadata`: a JSON object of texts. Throws a BedrockError. */
export function metadataOf(header: string | undefined): Readonly<Record<string, string>> {
  const object = asObject(header === undefined ? {} : parsed(header));
  const texts = Object.entries(object ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (object === undefined || texts.length < Object.keys(object).length)
    throw invalid('The requestMetadata header must be a JSON object of strings.');
  return Object.fromEntries(texts);
}

/** Id and model of an answer of a call, as Anthropic writes them. */
export function messageId({ request, target: { model } }: ModelCall) {
  const id = chanceOf(seedOf(model.id, request, 'id')).id(24);
  return { id, model: model.id.replace(/^anthropic\./, '').replace(/-v\d+:\d+$/, '') };
}

function counts(reply: Reply): Readonly<Record<string, string>> {
  const usage = usageOf(reply);
  return {
    'x-amzn-bedrock-input-token-count': String(usage.input_tokens),
    'x-amzn-bedrock-output-token-count': String(usage.output_tokens),
    'x-amzn-bedrock-cache-read-input-token-count': String(usage.cache_read_input_tokens),
    'x-amzn-bedrock-cache-write-input-token-count': String(usage.cache_creation_input_tokens),
    'x-amzn-bedrock-invocation-latency': String(reply.latencyMs),
  };
}

function embed({ response, body }: Call, model: Model, form: EmbeddingForm): void {
  const request = readJson(body);
  checkBody(form, request);
  const { body: answer, tokens, longest } = answers[form](request);
  if (longest > model.contextTokens) {
    throw invalid(
      `400 Bad Request: Too many input tokens. Max input tokens: ${model.contextTokens}, request input token count: ${longest}`,
    );
  }
  writeJson(response, answer, { headers: { 'x-amzn-bedrock-input-token-count': String(tokens) } });
}
