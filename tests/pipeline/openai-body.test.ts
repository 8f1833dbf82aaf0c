import type { Catalog } from '../../function/catalog/catalog.ts';
import { ApiError } from '../../function/errors.ts';
import { asksStream, openAiBody } from '../../function/pipeline/openai-body.ts';
import type { RequestContext } from '../../function/request-context.ts';
import { plainCatalog } from '../support/catalog.ts';

const read = openAiBody(() => {
  throw new ApiError('validated', { status: 400 });
});

/** What is read of a body, in a stack with these models, at the path of a deployment where there is one. */
function readIn(text: string, { models = {}, deployment = '' }: { models?: Catalog['models']; deployment?: string }) {
  const headers = new Map([['content-type', 'application/json']]);
  return read({
    request: { method: 'POST', path: '/', query: '', headers, body: text },
    param: (name: string) => (name === 'deployment' ? deployment : ''),
    services: { catalog: { ...plainCatalog, models } },
  } as unknown as RequestContext);
}

const any = { models: { '*': { target: 'bedrock:amazon.nova-pro-v1:0' } } };
const deployed = { deployment: 'gpt' };

test.each([
  ['a model', '{ "model": "a", "x":1 }', any, 'a', '{ "model": "a", "x":1 }'],
  ['an empty name', '{"model":""}', any, '', '{"model":""}'],
  ['no model', ' {"x":1}', any, '*', ' {"model":"*","x":1}'],
  ['no field at all', '{ }', any, '*', '{"model":"*" }'],
  ['null', '{"model": null,"x":1}', any, '*', '{"model": "*","x":1}'],
  ['a deployment', '{"x":1}', deployed, 'gpt', '{"model":"gpt","x":1}'],
  ['a deployment and no field', '{}', deployed, 'gpt', '{"model":"gpt"}'],
  ['a deployment and null', '{"model":null}', deployed, 'gpt', '{"model":"gpt"}'],
  ['a deployment and its name', '{"model": "gpt"}', deployed, 'gpt', '{"model": "gpt"}'],
])('a body with %s', (_what, text, options, name, written) => {
  const found = readIn(text, options);
  expect([found.name, found.body.text]).toEqual([name, written]);
  expect(found.body.value).toEqual(JSON.parse(written));
});

test.each([
  ['no model', '{}', {}],
  ['null', '{"model":null}', {}],
  ['a number', '{"model":1}', any],
  ['a list', '{"model":["a"]}', any],
])('%s is for the validator to refuse', (_what, text, options) => {
  expect(() => readIn(text, options)).toThrow('validated');
});

test.each(['"other"', '1', '""', '["gpt"]'])('the model %s beside a deployment is refused', (model) => {
  expect(() => readIn(`{"model":${model}}`, deployed)).toThrow(
    expect.objectContaining({
      name: 'ApiError',
      status: 400,
      code: 'invalid_value',
      param: 'model',
      message:
        "The deployment in the path is the model that is asked for, and 'model' in the body names another: leave it out, or make the two equal.",
    }),
  );
});

test.each([
  [true, true],
  [false, false],
  [undefined, false],
  [null, false],
])('stream %j asks for a stream: %j', (stream, expected) => {
  expect(asksStream({ value: { stream }, text: '' })).toBe(expected);
});

test.each([
  [1, 'an integer'],
  [1.5, 'a number'],
  [0, 'an integer'],
  ['true', 'a string'],
  ['', 'a string'],
  [[], 'an array'],
  [{}, 'an object'],
])('stream %j is refused', (stream, got) => {
  expect(() => asksStream({ value: { stream }, text: '' })).toThrow(
    expect.objectContaining({
      name: 'ApiError',
      status: 400,
      code: 'invalid_type',
      param: 'stream',
      message: `Invalid type for 'stream': expected a boolean, but got ${got} instead.`,
    }),
  );
});
