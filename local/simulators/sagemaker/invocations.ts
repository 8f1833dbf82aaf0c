import type { ServerResponse } from 'node:http';
import { accountId } from '../../account.ts';
import type { RequestedFault } from '../common/fault-reader.ts';
import { wholeMs } from '../common/frames.ts';
import { asObject } from '../../json.ts';
import { writeFrames, writeWhole } from '../common/write.ts';
import { answer, requestOf, type ContainerAnswer } from './container.ts';
import { ContainerError } from './container-error.ts';
import type { Endpoint } from './endpoints.ts';
import { faultReader, type Fault } from './faults.ts';
import { type Operation } from './front-door.ts';
import { linesOf, partsOf } from './parts.ts';
import { modelError } from './sagemaker-error.ts';

/** One invocation that the front door let in. */
export interface Invocation {
  readonly response: ServerResponse;
  readonly endpoint: Endpoint;
  readonly body: Buffer;
  readonly contentType: string;
}

type Answering = Invocation & { readonly found: ContainerAnswer; readonly asked: RequestedFault<Fault> };

const jsonType = 'application/json';
const streamTypes = { events: 'text/event-stream; charset=utf-8', lines: 'application/jsonlines' } as const;
const variantHeader = { 'x-amzn-invoked-production-variant': 'AllTraffic' } as const;

/** Both operations, with what they remember between calls. */
export class Invocations implements Record<Operation, (invocation: Invocation) => Promise<void>> {
  readonly #region: string;
  readonly #faults = faultReader();

  constructor(region: string) {
    this.#region = region;
  }

  async InvokeEndpoint(invocation: Invocation): Promise<void> {
    await this.#invoke(invocation, whole);
  }

  async InvokeEndpointWithResponseStream(invocation: Invocation): Promise<void> {
    await this.#invoke(invocation, streamed);
  }

  async #invoke(invocation: Invocation, write: (answering: Answering) => Promise<void>): Promise<void> {
    const { body, contentType, endpoint, response } = invocation;
    try {
      const request = requestOf(body, contentType);
      const asked = this.#faults.read(asObject(request['metadata']) ?? {});
      if (asked.fault.error !== undefined) throw asked.fault.error();
      asked.fault.raw?.(response);
      if (asked.fault.raw === undefined) await write({ ...invocation, found: answer(request, endpoint), asked });
    } catch (error) {
      if (!(error instanceof ContainerError)) throw error;
      const logs = `arn:aws:logs:${this.#region}:${accountId}:log-group:/aws/sagemaker/Endpoints/${endpoint.name}`;
      throw modelError({ status: error.status, text: error.text, logs });
    }
  }
}

/** The container's answer as one body, whatever it is. */
async function whole({ response, endpoint, found, asked }: Answering): Promise<void> {
  const { fault } = asked;
  if (fault.wholeError !== undefined) throw fault.wholeError();
  const bytes = Buffer.concat(container({ endpoint, found, fault }));
  const type = found.streams ? streamTypes[endpoint.stream] : jsonType;
  await writeWhole(
    response,
    { bytes, ms: wholeMs(found.tokens), headers: { 'content-type': type, ...variantHeader } },
    asked,
  );
}

/** The container's answer in frames, as it comes. */
async function streamed({ response, endpoint, found, asked }: Answering): Promise<void> {
  const frames = partsOf(container({ endpoint, found, fault: asked.fault }));
  const headers = {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-sagemaker-content-type': found.streams ? streamTypes[endpoint.stream] : jsonType,
    ...variantHeader,
  };
  await writeFrames(response, { frames, headers }, asked);
}

interface ContainerOutput {
  readonly endpoint: Endpoint;
  readonly found: ContainerAnswer;
  readonly fault: Fault;
}

/** What the container writes, line by line. */
function container({ endpoint, found, fault }: ContainerOutput): Buffer[] {
  if (!found.streams) return [Buffer.from(JSON.stringify(fault.body?.(found.reply) ?? found.reply))];
  if (fault.lastWords === undefined) return linesOf(found.chunks, endpoint);
  return linesOf([...found.chunks.slice(0, 5), fault.lastWords[endpoint.stream]], endpoint);
}
