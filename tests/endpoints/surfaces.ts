import { createBedrock } from '../../function/backends/bedrock/bedrock.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import { createBedrockOpenAi } from '../../function/backends/bedrock-openai/bedrock-openai.ts';
import { encodeFrame } from '../../local/simulators/common/event-stream.ts';
import { chunk, done, event, reply } from '../backends/chat.ts';
import { json, loopback, type Answer, type Arrived } from '../backends/loopback.ts';
import { testApp, type TestApp, type TestAppOptions } from '../support/app.ts';

/** How Bedrock answers on its surfaces; each answers well where a test says nothing. */
export interface Surfaces {
  readonly native?: Answer;
  readonly converse?: Answer;
}

/** The app in front of a Bedrock of the test's own, and what was asked of that. */
export interface AppOnSurfaces extends TestApp {
  readonly arrived: readonly Arrived[];
  /** For each request that arrived, `native` or the last part of its path. */
  readonly asked: () => string[];
}

const nativePath = '/openai/v1/chat/completions';

/** Starts the app in front of a server that answers as the test says; `closeLoopbacks` ends it. */
export async function appOn(surfaces: Surfaces, options: TestAppOptions = {}): Promise<AppOnSurfaces> {
  const { native = answered, converse = conversed } = surfaces;
  const { url, arrived } = await loopback((response, request, count) =>
    (request.path === nativePath ? native : converse)(response, request, count),
  );
  const transport = createTransport();
  const bedrock = createBedrock({ endpoints: { runtime: url, control: url }, transport });
  const backends = { 'bedrock-openai': createBedrockOpenAi({ bedrock, endpoint: url, transport }) };
  const app = testApp({ bedrock, backends, ...options });
  const asked = () => arrived.map(({ path }) => (path === nativePath ? 'native' : (path.split('/').pop() ?? '')));
  return { ...app, arrived, asked };
}

/** An ordinary answer of Chat Completions, streamed where a stream is asked for. */
export const answered: Answer = (response, { body }) => {
  if (JSON.parse(body).stream !== true) return json(response, 200, reply);
  const end = { ...chunk(''), choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  response.setHeader('content-type', 'text/event-stream');
  response.end(`${event(chunk('Hi'))}${event(end)}${done}`);
};

const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

/** An ordinary answer of Converse or of ConverseStream. */
export const conversed: Answer = (response, { path }) => {
  if (path.endsWith('/converse')) {
    const message = { role: 'assistant', content: [{ text: 'Hi' }] };
    return json(response, 200, { output: { message }, stopReason: 'end_turn', usage, metrics: { latencyMs: 1 } });
  }
  response.setHeader('content-type', 'application/vnd.amazon.eventstream');
  response.write(frame('messageStart', { role: 'assistant' }));
  response.write(frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hi' } }));
  response.write(frame('contentBlockStop', { contentBlockIndex: 0 }));
  response.write(frame('messageStop', { stopReason: 'end_turn' }));
  response.end(frame('metadata', { usage, metrics: { latencyMs: 1 } }));
};

function frame(type: string, payload: object): Uint8Array {
  const names = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return encodeFrame(names, Buffer.from(JSON.stringify(payload)));
}

/** An error of Bedrock's own operations. */
export function awsError(status: number, type: string, message: string): Answer {
  return (response) => {
    response.setHeader('x-amzn-errortype', type);
    json(response, status, { message });
  };
}

/** An exception as the first frame of a stream, under 200; whole answers have the same error by status. */
export function firstFrame(status: number, type: string, message: string): Answer {
  return (response, request, count) => {
    if (!request.path.endsWith('-stream')) return awsError(status, type, message)(response, request, count);
    const member = type.charAt(0).toLowerCase() + type.slice(1);
    const names = { ':exception-type': member, ':content-type': 'application/json', ':message-type': 'exception' };
    response.setHeader('content-type', 'application/vnd.amazon.eventstream');
    response.end(encodeFrame(names, Buffer.from(JSON.stringify({ message }))));
  };
}

/** An error of Chat Completions. */
export function openAiError(
  status: number,
  message: string,
  { code = 'validation_error', param = null }: { code?: string | null; param?: string | null } = {},
): Answer {
  return (response) => json(response, status, { error: { message, type: 'invalid_request_error', code, param } });
}
