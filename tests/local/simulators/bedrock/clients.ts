import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { crc32, deflateSync } from 'node:zlib';
import { bedrockSimulator } from '../../../../local/simulators/bedrock/simulator.ts';
import { regionOf } from '../../../../local/simulators/bedrock/region.ts';
import type { RunningSimulator } from '../../../../local/simulators/simulator.ts';
import { poster, type Post } from '../post.ts';
import * as tools from '../tools.ts';

// Made at run time: nothing in the tree looks like a key.
export const apiKey = ['ABSK', Buffer.from('BedrockAPIKey-example-at-123456789012:fake').toString('base64')].join('');

export interface Clients {
  readonly simulator: RunningSimulator;
  /** ID of the main model in this region. */
  readonly model: string;
  readonly runtime: BedrockRuntimeClient;
  readonly control: BedrockClient;
  readonly post: Post;
  readonly converse: (
    body: unknown,
    model?: string,
  ) => Promise<{ status: number; type: string | null; body: ReplyBody }>;
}

/** What the tests read of a JSON answer: a reply's members or an error's. */
interface ReplyBody {
  message?: string;
  Message?: string;
  stopReason?: string;
  output?: { message: { content: Record<string, never>[] } };
  usage?: Record<string, number>;
  [name: string]: unknown;
}

/** The simulator with AWS's own clients pointed at it, and nobody retrying. */
export async function start(): Promise<Clients> {
  const { model } = regionOf('us-east-1');
  const simulator = await bedrockSimulator.start({ keys: () => [apiKey], region: 'us-east-1' });
  const config = {
    region: 'us-east-1',
    endpoint: simulator.url,
    token: { token: apiKey },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
  };
  const control = new BedrockClient(config);
  // The runtime's own handler speaks HTTP/2 alone.
  const runtime = new BedrockRuntimeClient({ ...config, requestHandler: control.config.requestHandler });
  const post = poster(simulator.url, apiKey);
  const converse: Clients['converse'] = async (body, modelId = model) => {
    const response = await post(`/model/${encodeURIComponent(modelId)}/converse`, body);
    const json = (await response.json()) as ReplyBody;
    return { status: response.status, type: response.headers.get('x-amzn-errortype'), body: json };
  };
  return { simulator, model, runtime, control, post, converse };
}

export async function stop({ simulator, runtime, control }: Clients): Promise<void> {
  runtime.destroy();
  control.destroy();
  await simulator.close();
}

export function user(...content: unknown[]): { role: 'user'; content: unknown[] } {
  return { role: 'user', content: content.map((part) => (typeof part === 'string' ? { text: part } : part)) };
}

export function assistant(...content: unknown[]): { role: 'assistant'; content: unknown[] } {
  return { ...user(...content), role: 'assistant' };
}

/** One grey pixel as a PNG. */
export function png(): Buffer {
  const chunk = (kind: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixel = deflateSync(Buffer.from([0, 128]));
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', pixel), chunk('IEND', Buffer.alloc(0))]);
}

function form({ name, description, schema }: typeof tools.weather) {
  return { toolSpec: { name, description, inputSchema: { json: schema } } };
}

export const weather = form(tools.weather);

export const clock = form(tools.clock);

/** A ValidationException whose message matches, as `answerTo` reports it. */
export function validationError(message: RegExp): object {
  return { status: 400, type: 'ValidationException', message: expect.stringMatching(message) };
}

export const accepted = { status: 200, type: null, message: undefined };

/** How Converse answers a body: status, error type and message. */
export async function answerTo(clients: Clients, body: object, model?: string): Promise<object> {
  const { status, type, body: reply } = await clients.converse(body, model);
  return { status, type, message: reply.message };
}
