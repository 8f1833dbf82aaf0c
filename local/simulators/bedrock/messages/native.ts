import { chanceOf, seedOf } from '../../common/chance.ts';
import type { RequestedFault } from '../../common/fault-reader.ts';
import { pieceDelayMs, type Frame } from '../../common/frames.ts';
import { writeJson } from '../../common/server.ts';
import { writeFrames, writeWhole } from '../../common/write.ts';
import type { Iam } from '../../../iam/verify.ts';
import { asString } from '../../../json.ts';
import type { Answering, Call as AnyCall } from '../answering.ts';
import { authorizeInvocation, type NamedGuardrail } from '../authenticate.ts';
import { BedrockError, FrontDoorError, invalid } from '../bedrock-error.ts';
import { readJson } from '../body.ts';
import type { Fault } from '../fault.ts';
import { messageId, metadataOf } from '../invoke.ts';
import type { Region } from '../region.ts';
import { callable, resolve } from '../resolve.ts';
import { readMessages } from './read.ts';
import { eventsOf, messageOf } from './reply.ts';

/** A call of Messages: the model is in the body, and the headers are Bedrock's and Anthropic's. */
export interface MessagesCall extends Omit<AnyCall, 'modelId'> {
  readonly guardrail: NamedGuardrail | undefined;
  /** A header of Bedrock's, without its prefix. */
  readonly header: (name: string) => string | undefined;
  /** A header of Anthropic's, without its prefix. */
  readonly anthropic: (name: string) => string | undefined;
}

interface Dependencies {
  readonly answering: Answering;
  readonly iam: Iam | undefined;
}

/** Anthropic's Messages on Bedrock's runtime. */
export class AnthropicMessages {
  readonly #region: Region;
  readonly #answering: Answering;
  readonly #iam: Iam | undefined;

  constructor(region: Region, { answering, iam }: Dependencies) {
    this.#region = region;
    this.#answering = answering;
    this.#iam = iam;
  }

  /** Errors of the model and of the request are Anthropic's; those of the front door stay AWS's. */
  async serve(call: MessagesCall): Promise<void> {
    try {
      await this.#answer(call);
    } catch (error) {
      if (!(error instanceof BedrockError) || error instanceof FrontDoorError || call.response.headersSent) throw error;
      writeJson(call.response, messagesErrorOf(error), { status: messagesStatusOf(error) });
    }
  }

  async #answer(call: MessagesCall): Promise<void> {
    const { response, caller, guardrail } = call;
    const { model: id, stream, ...fields } = readJson(call.body);
    const modelId = asString(id);
    if (modelId === undefined) throw invalid('model: Field required');
    if (stream !== undefined && typeof stream !== 'boolean') throw invalid('stream: Input should be a valid boolean');
    checkFields(fields);
    const streamed = stream === true;
    const { model, arns } = callable(modelId, this.#region);
    const action = streamed ? 'bedrock:InvokeModelWithResponseStream' : 'bedrock:InvokeModel';
    authorizeInvocation(caller, { action, arns, guardrail, region: this.#region.name }, this.#iam);
    if (model.provider !== 'Anthropic') throw invalid(`The model '${modelId}' does not support the Messages API.`);
    const target = resolve(modelId, this.#region);
    const request = readMessages({ ...fields, ...inHeaders(call) }, { target, streamed });
    if (model.throttled === true)
      throw new BedrockError('ThrottlingException', 'Too many requests, please wait before trying again.');
    const metadata = metadataOf(call.header('request-metadata'));
    const asked = this.#answering.strike({ ...call, modelId }, { metadata, region: this.#region.name });
    if (asked === undefined) return;
    const asking = { request, target, asked };
    if (!streamed && asked.fault.wholeError !== undefined) throw asked.fault.wholeError();
    const reply = this.#answering.answer(caller, asking);
    const named = messageId(asking);
    if (streamed) {
      const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
      return writeFrames(response, { frames: framesOf(eventsOf(reply, named), asked), headers }, withoutFrames(asked));
    }
    const body = messageOf(reply, named);
    const bytes = Buffer.from(JSON.stringify(asked.fault.body?.(body) ?? body));
    return writeWhole(response, { bytes, ms: reply.latencyMs, headers: { 'content-type': 'application/json' } }, asked);
  }
}

/** What bodies of InvokeModel have is in headers here. */
function checkFields(fields: Readonly<Record<string, unknown>>): void {
  const foreign = ['anthropic_version', 'anthropic_beta'].find((name) => Object.hasOwn(fields, name));
  if (foreign !== undefined) throw invalid(`${foreign}: Extra inputs are not permitted`);
}

/** The two headers as the fields of InvokeModel that say the same. Throws a BedrockError. */
function inHeaders({ anthropic }: Pick<MessagesCall, 'anthropic'>) {
  const version = anthropic('version');
  if (version === undefined) throw invalid('anthropic-version: header is required');
  if (version !== '2023-06-01') throw invalid(`anthropic-version: "${version}" is not a valid version`);
  const betas = anthropic('beta')
    ?.split(',')
    .map((flag) => flag.trim());
  return { anthropic_version: 'bedrock-2023-05-31', ...(betas && { anthropic_beta: betas }) };
}

function framesOf(
  events: readonly { readonly type: string }[],
  { fault, argument }: RequestedFault<Fault>,
): readonly Frame[] {
  const frames = events.map((event) => ({ bytes: eventBytes(event), wait: pieceDelayMs }));
  const struck = fault.frames?.(frames, argument) ?? frames;
  if (fault.wholeError === undefined) return struck;
  // An exception is an event here, where InvokeModel has a frame of its own.
  const error = fault.wholeError();
  if (!(error instanceof BedrockError)) return struck;
  return [...struck.slice(0, -1), { bytes: eventBytes(messagesErrorOf(error)), wait: 0 }];
}

function withoutFrames({ fault, argument }: RequestedFault<Fault>): RequestedFault<Fault> {
  const { frames: _done, ...rest } = fault;
  return { fault: rest, argument };
}

function eventBytes(event: { readonly type: string }): Uint8Array {
  return Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

const types: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [408, 'timeout_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
]);

/** The body of an error in Anthropic's form. */
export function messagesErrorOf(error: BedrockError) {
  const id = chanceOf(seedOf(error.message)).id(24);
  const type = types.get(error.status) ?? 'api_error';
  return { type: 'error', error: { type, message: error.message }, request_id: `req_${id}` };
}

/** The status of an error: Anthropic's API has one of its own for what is overloaded. */
export function messagesStatusOf({ status }: BedrockError): number {
  return status === 503 ? 529 : status;
}
