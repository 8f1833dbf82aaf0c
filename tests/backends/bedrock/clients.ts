import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createBedrock, type Bedrock } from '../../../function/backends/bedrock/bedrock.ts';
import { createTransport } from '../../../function/backends/wire/transport.ts';
import type { CallContext } from '../../../function/backends/backend.ts';
import type { ConverseRequest } from '../../../function/dialects/converse.gen.ts';

const theirs: { destroy(): void }[] = [];

/** The gateway's Bedrock client against a server of this machine, runtime and control plane alike. */
export function gateway(url: string): Bedrock {
  return createBedrock({ endpoints: { runtime: url, control: url }, transport: createTransport() });
}

/** AWS's own clients against the same, made to use the bearer and to try once. */
export function reference(url: string, token = key): { runtime: BedrockRuntimeClient; control: BedrockClient } {
  const options = {
    region: 'us-east-1',
    endpoint: url,
    token: { token },
    authSchemePreference: ['httpBearerAuth'],
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  };
  const clients = { runtime: new BedrockRuntimeClient(options), control: new BedrockClient(options) };
  theirs.push(clients.runtime, clients.control);
  return clients;
}

/** For afterEach. */
export function closeClients(): void {
  for (const client of theirs.splice(0)) client.destroy();
}

export const key = ['a', 'key', 'of', 'nobody'].join('-');

export const hello: ConverseRequest = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };

export const reply = {
  metrics: { latencyMs: 1 },
  output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
};

/** A call with everything that it needs; a test says what matters to it. */
export function context(over: Partial<CallContext> = {}): CallContext {
  return {
    credential: { kind: 'bearer', token: key },
    model: 'amazon.nova-lite-v1:0',
    region: 'us-east-1',
    signal: new AbortController().signal,
    ...over,
  };
}
