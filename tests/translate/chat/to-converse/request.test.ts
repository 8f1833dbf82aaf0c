import * as fc from 'fast-check';
import { familyOf } from '../../../../function/catalog/families.ts';
import type { ChatRequest } from '../../../../function/dialects/chat.gen.ts';
import type { ConverseRequest } from '../../../../function/dialects/converse.gen.ts';
import { ApiError } from '../../../../function/errors.ts';
import { request } from '../../../../function/translate/chat/to-converse/request.ts';
import type { TranslationContext } from '../../../../function/translate/translation.ts';
import { chatRequest } from '../../../../function/validate/chat-request.ts';
import { converseRequest } from '../../../../local/simulators/bedrock/constraints.ts';
import { regionOf } from '../../../../local/simulators/bedrock/region.ts';
import { resolve, type Target } from '../../../../local/simulators/bedrock/resolve.ts';
import { check } from '../../../../local/simulators/bedrock/rules/check.ts';
import { conforms } from '../../../schemas/conforms.ts';
import { contextOf } from '../../../golden/context.ts';
import { requests } from './conversations.ts';
import { propertyRuns } from '../../../support/properties.ts';

const region = regionOf('us-east-1');
/** Each model once, by the shortest name that it is called by. */
const models = [...new Map(region.callable.map((id) => [resolve(id, region).model.id, id])).values()];
const caching = fc.constantFrom('off' as const, 'auto' as const, 'always' as const);

describe('any valid request', () => {
  test.each(models)('to %s is refused by a clear 400, or is one that Bedrock takes', (model) => {
    const target = resolve(model, region);
    const senses = { images: target.model.input.includes('IMAGE'), documents: target.model.documents };
    fc.assert(
      fc.property(requests(senses), caching, (body, promptCaching) => {
        const context = contextOf(chatRequest(body), { model, promptCaching });
        const made = translated(context);
        // The same in, the same out: nothing is kept from one request to the next.
        expect(translated(context)).toEqual(made);
        expect(problems(made, { stream: context.request.stream === true, target })).toEqual([]);
      }),
      { numRuns: propertyRuns(100) },
    );
  });
});

interface Made {
  readonly converse: unknown;
  readonly streams: boolean;
}

type Refused = Pick<ApiError, 'status' | 'code' | 'param'>;

/** The request as it is on the wire, or how it was refused. */
function translated(context: TranslationContext<ChatRequest>): Made | Refused {
  try {
    const { request: converse, streams } = request(context);
    return { converse: JSON.parse(JSON.stringify(converse)), streams };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, code, param } = error;
    return { status, code, param };
  }
}

/** What is wrong with the outcome; throws what Bedrock would say of a request. */
function problems(outcome: Made | Refused, { stream, target }: { stream: boolean; target: Target }): string[] {
  if ('status' in outcome) {
    const clear = outcome.status === 400 && outcome.code !== null && outcome.param !== null;
    return clear ? [] : [`${outcome.status} ${outcome.code} ${outcome.param}`];
  }
  const streamed = stream && outcome.streams;
  const asked = converseRequest(streamed ? 'ConverseStream' : 'Converse', outcome.converse);
  check({ request: asked, target, streamed });
  return conforms(streamed ? 'converse-stream-request' : 'converse-request', outcome.converse);
}

describe('a long conversation', () => {
  test('has as many blocks as it has messages: nothing is repeated', () => {
    expect(blocks(2000)).toBe(2 * blocks(1000) - blocks(0));
  });

  function blocks(turns: number): number {
    const messages: ChatRequest['messages'] = [{ role: 'user', content: 'Weather?' }];
    for (let at = 0; at < turns; at += 1) {
      messages.push({
        role: 'assistant',
        tool_calls: [{ id: `call_${at}`, type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
      });
      messages.push({ role: 'tool', tool_call_id: `call_${at}`, content: 'x' });
    }
    const tools: ChatRequest['tools'] = [{ type: 'function', function: { name: 'get_weather' } }];
    return count(request(contextOf({ model: 'm', messages, tools }, { model: 'amazon.nova-pro-v1:0' })).request);
  }

  function count({ messages = [] }: ConverseRequest): number {
    return messages.reduce((sum, { content }) => sum + content.length, 0);
  }
});

describe('the plan', () => {
  const base: ChatRequest = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
  const plan = (more: Partial<ChatRequest>, model = 'us.anthropic.claude-opus-4-6-v1') =>
    request(contextOf({ ...base, ...more }, { model })).plan;
  const tool = (name: string) => ({ type: 'function' as const, function: { name } });

  test('leads changed tool names back, and only those', () => {
    const { toolNames } = plan({ tools: [tool('a.b'), tool('plain'), tool('a_b')] });
    expect([...toolNames]).toEqual([
      ['a_b', 'a.b'],
      ['a_b_2', 'a_b'],
    ]);
  });

  test('knows custom tools by their Converse names', () => {
    const { customTools } = plan({ tools: [{ type: 'custom', custom: { name: 'run sql' } }, tool('f')] });
    expect([...customTools]).toEqual(['run_sql']);
  });

  test('knows the tool that carries the JSON answer', () => {
    expect(plan({ response_format: { type: 'json_object' } }).jsonTool).toBe('json_answer');
    expect(plan({}).jsonTool).toBeUndefined();
  });

  test('knows the old functions, and whether usage is wanted', () => {
    expect(plan({ functions: [{ name: 'f' }] }).functionCall).toBe(true);
    expect(plan({ stream: true, stream_options: { include_usage: true } }).includeUsage).toBe(true);
    expect(plan({})).toMatchObject({ functionCall: false, includeUsage: false });
  });

  test('carries reasoning while a family thinks that wants it back', () => {
    expect(plan({ reasoning_effort: 'low' }).carryReasoning).toBe(true);
    expect(plan({}).carryReasoning).toBe(false);
    expect(plan({ reasoning_effort: 'none' }, 'us.anthropic.claude-sonnet-5').carryReasoning).toBe(false);
    expect(plan({}, 'us.anthropic.claude-sonnet-5').carryReasoning).toBe(true);
    expect(plan({}, 'openai.gpt-oss-120b-1:0').carryReasoning).toBe(false);
    expect(familyOf('openai.gpt-oss-120b-1:0').replay).toBe('none');
  });
});

describe('without strict schemas', () => {
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 90 } },
    required: ['city'],
    additionalProperties: false,
  };
  const chat: ChatRequest = {
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'Hi' }],
    tools: [{ type: 'function', function: { name: 'f', parameters, strict: true } }],
  };
  const format: ChatRequest['response_format'] = {
    type: 'json_schema',
    json_schema: { name: 'x', schema: parameters, strict: true },
  };
  const setting = { model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' };

  test('the tools are sent as the caller wrote them, and the field is named', () => {
    const { request: strict, ignored, withoutStrict } = request(contextOf(chat, setting));
    expect(strict.toolConfig?.tools).toMatchObject([{ toolSpec: { strict: true } }]);
    expect(ignored).toEqual([]);
    const plain = withoutStrict?.();
    expect(plain?.request).toEqual({
      ...strict,
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: parameters } } }] },
    });
    expect(plain?.ignored).toEqual(['tools.function.strict']);
    expect(plain?.withoutStrict).toBeUndefined();
  });

  test('a native format becomes a tool, and the plan says so', () => {
    const native = request(contextOf({ ...chat, tools: [], response_format: format }, setting));
    expect(native.request.outputConfig).toBeDefined();
    const plain = native.withoutStrict?.();
    expect(plain?.request.outputConfig).toBeUndefined();
    expect(plain?.plan.jsonTool).toBe('json_answer');
    expect(plain?.ignored).toEqual(['response_format.json_schema.strict']);
  });

  test('there is nothing else to send where nothing is strict', () => {
    expect(request(contextOf({ ...chat, tools: [] }, setting)).withoutStrict).toBeUndefined();
    expect(request(contextOf(chat, { model: 'amazon.nova-pro-v1:0' })).withoutStrict).toBeUndefined();
  });
});

describe('what is not honoured', () => {
  const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
  const setting = { model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' };

  test('is named so often, no oftener, OpenAI’s own members first', () => {
    const unknown = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`x${at}`, 1]));
    const { ignored } = request(contextOf(chatRequest({ ...unknown, ...chat, seed: 1 }), setting));
    expect(ignored).toHaveLength(32);
    expect(ignored[0]).toBe('seed');
  });

  test('is named by what a header can hold', () => {
    const odd = { 'a\nb': 1, ü: 1, [`x${'y'.repeat(100)}`]: 1, ok: 1 };
    expect(request(contextOf(chatRequest({ ...chat, ...odd }), setting)).ignored).toEqual(['ok']);
  });

  test('is left alone where it is in the way of no one: the prototype', () => {
    const body: unknown = JSON.parse(
      '{"model":"m","messages":[{"role":"user","content":"Hi"}],"__proto__":{"seed":1},"bedrock":{"additionalModelRequestFields":{"__proto__":{"a":1}}}}',
    );
    const { request: converse } = request(contextOf(chatRequest(body), setting));
    expect(JSON.stringify(converse)).toContain('"__proto__":{"a":1}');
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
