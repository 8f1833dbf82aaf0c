import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import chat from '../../../schemas/openai/chat-request.json' with { type: 'json' };
import completions from '../../../schemas/openai/completions-request.json' with { type: 'json' };
import embeddings from '../../../schemas/openai/embeddings-request.json' with { type: 'json' };
import responses from '../../../schemas/openai/responses-request.json' with { type: 'json' };
import { asObject } from '../../json.ts';
import { quickToCompile } from '../common/ajv.ts';
import { lazy } from '../common/lazy.ts';
import type { OpenAIError } from './openai-error.ts';
import { wordsFor } from './violations.ts';
import type { ResponsesRequest } from './responses-wire.ts';
import type { ChatRequest, CompletionsRequest, EmbeddingsRequest } from './wire.ts';

/** Reads a body as a request, or throws what is wrong with it. */
export type Reader<Request> = (body: unknown) => Request;

/** How somebody else than OpenAI says that a member is not as it must be. */
export type Refuse = (error: ErrorObject) => Error;

const ajv = new Ajv2020({ ...quickToCompile, strict: false, discriminator: true, verbose: true, unicodeRegExp: false });

// What this gateway's own schema has beyond OpenAI's API, which knows neither.
const gatewayFields = new Set(['bedrock', 'reasoning_content']);

/** The requests as OpenAI takes them: members that it does not know are refused. */
export const strict = {
  chat: reader<ChatRequest>(() => tightened(chat), wordsFor),
  completions: reader<CompletionsRequest>(() => tightened(completions), wordsFor),
  embeddings: reader<EmbeddingsRequest>(() => tightened(embeddings), wordsFor),
  responses: reader<ResponsesRequest>(() => tightened(responses), wordsFor),
};

/** Chats as other servers than OpenAI's take them: what they do not know is ignored. */
export const unlimited: Reader<ChatRequest> = reader<ChatRequest>(() => chat, wordsFor);

/** Readers of chats and completions for servers that ignore unknown fields, and that have errors of their own. */
export function lenient(refuse: Refuse): { chat: Reader<ChatRequest>; completions: Reader<CompletionsRequest> } {
  return {
    chat: reader<ChatRequest>(() => chat, refuse),
    completions: reader<CompletionsRequest>(() => completions, refuse),
  };
}

/** Compiles the schema when it is first needed: a start of the local stack does not wait for it. */
function reader<Request>(schema: () => object, refuse: (error: ErrorObject) => Error | OpenAIError): Reader<Request> {
  const compiled = lazy(() => ajv.compile<Request>(schema()));
  return (body) => {
    const validate: ValidateFunction<Request> = compiled();
    if (validate(body)) return body;
    throw refuse(worst(validate.errors ?? []));
  };
}

// Unions report that no branch fits after what is wrong in the branch that was meant: the first error is the precise one.
function worst(errors: readonly ErrorObject[]): ErrorObject {
  const [first] = errors;
  if (first === undefined) throw new Error('A validator refused without an error.');
  return first;
}

/** The content of a tool message, which OpenAI takes as text alone. */
function resultOf(content: unknown): object {
  return { ...asObject(content), items: { $ref: '#/$defs/ChatCompletionRequestMessageContentPartText' } };
}

/** Closes every object that lists its members, but for those whose variants list them. */
function tightened(schema: object): object {
  const copy: unknown = JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    const node = asObject(value);
    const properties = asObject(node?.['properties']);
    if (node === undefined || properties === undefined) return value;
    const kept = Object.fromEntries(Object.entries(properties).filter(([name]) => !gatewayFields.has(name)));
    const open = 'oneOf' in node || 'additionalProperties' in node;
    // Clients send back whole messages of replies, and OpenAI takes what it wrote and what its own clients added.
    const echoed = 'tool_calls' in kept ? { annotations: {}, parsed: {} } : {};
    // Its guide once had tool messages with the name of their function, and many clients still write them so.
    const named = 'tool_call_id' in kept ? { name: { type: 'string' }, content: resultOf(kept['content']) } : {};
    return { ...node, properties: { ...kept, ...echoed, ...named }, ...(!open && { additionalProperties: false }) };
  });
  return asObject(copy) ?? {};
}
