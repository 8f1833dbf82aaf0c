import { errorAnswerFailure, errorObject, isError, statusIn } from '../../../function/backends/openai/error-object.ts';

/** What is read of an error: message, type, code, param; null where there is none. */
type Fields = readonly [message: string | null, type: string | null, code: string | null, param: string | null];

const errors: readonly [string, unknown, Fields][] = [
  ["OpenAI's object", { error: { message: 'm', type: 't', code: 'c', param: 'p' } }, ['m', 't', 'c', 'p']],
  ['a flat object', { message: 'm', type: 't', code: 'c', param: 'p' }, ['m', 't', 'c', 'p']],
  ['an error in words', { error: 'm', type: 't', code: 'c' }, ['m', 't', 'c', null]],
  ['a text', 'm', ['m', null, null, null]],
  ['a blank text', ' ', [null, null, null, null]],
  ['a detail', { detail: 'm' }, ['m', null, null, null]],
  ['a message of AWS', { Message: 'm' }, ['m', null, null, null]],
  ['a description', { description: 'm' }, ['m', null, null, null]],
  ['a title', { title: 'm', type: 'about:blank' }, ['m', 'about:blank', null, null]],
  ['a finding', { detail: [{ loc: ['body', 'a', 0, 'b'], msg: 'm', type: 'missing' }] }, ['m', null, null, 'a.0.b']],
  ['a finding without a place', { detail: [{ loc: ['body'], msg: 'm' }] }, ['m', null, null, null]],
  ['a finding with a strange place', { detail: [{ loc: ['a', null, {}, 'b'], msg: 'm' }] }, ['m', null, null, 'a.b']],
  ['a place that is none', { msg: 'm', loc: 'a' }, ['m', null, null, null]],
  ['errors', { errors: [{ message: 'm', code: 5007 }, { message: 'n' }] }, ['m', null, null, null]],
  ['a list', [{ error: { message: 'm', code: 'c' } }, { error: 'n' }], ['m', null, 'c', null]],
  ['an empty list', [], [null, null, null, null]],
  ['error before message', { message: 'n', error: { message: 'm' } }, ['m', null, null, null]],
  ['message before detail', { detail: 'n', message: 'm' }, ['m', null, null, null]],
  ['a message inside one', { message: { detail: 'm' }, type: 't', code: 'c' }, ['m', 't', 'c', null]],
  ['a code beside a blank message', { error: { message: '', code: 'c', type: 't' } }, [null, 't', 'c', null]],
  ['a type beside a blank message', { error: { message: '', type: 't' } }, [null, 't', null, null]],
  ['a type of the outer object', { error: { message: 'm' }, type: 't', code: 'c', param: 'p' }, ['m', null, 'c', 'p']],
  [
    'inner fields first',
    { error: { message: 'm', code: 'c', param: 'p' }, code: 'd', param: 'q' },
    ['m', null, 'c', 'p'],
  ],
  ['fields that are no texts', { message: 7, type: 7, code: 7, param: 7 }, [null, null, null, null]],
  ['five levels', { error: { error: { error: { error: { error: 'm' } } } } }, ['m', null, null, null]],
  ['six levels', { error: { error: { error: { error: { error: { error: 'm' } } } } } }, ['m', null, null, null]],
  [
    'seven levels',
    { error: { error: { error: { error: { error: { error: { error: 'm' } } } } } } },
    [null, null, null, null],
  ],
  ['a long text', { message: 'x'.repeat(2_001) }, ['x'.repeat(2_000), null, null, null]],
  ['null', null, [null, null, null, null]],
];

test.each(errors)('%s', (_name, error, [message, type, code, param]) => {
  expect(errorObject('The server', error, 418)).toEqual({
    name: 'OpenAIError',
    status: 418,
    message: message ?? 'The server answered with the status 418 and no message.',
    upstream: { status: 418, ...((code ?? type) !== null && { error: code ?? type }) },
    openai: { type, code, param },
  });
});

/** The statuses that errors name where there is no HTTP status. */
const statuses: readonly [unknown, number | undefined][] = [
  [{ code: 'invalid_request_error' }, 400],
  [{ type: 'invalid_request_error' }, 400],
  [{ code: 'context_length_exceeded' }, 400],
  [{ code: 'model_not_found' }, 404],
  [{ type: 'rate_limit_error' }, 429],
  [{ code: 'rate_limit_exceeded' }, 429],
  [{ code: 'insufficient_quota' }, 429],
  [{ code: 'server_is_overloaded' }, 503],
  [{ code: 'model_not_found', type: 'invalid_request_error' }, 404],
  [{ error: { code: 503, type: 'invalid_request_error' } }, 503],
  [{ error: { code: 503 }, code: 400 }, 400],
  [{ error: { message: 'm', code: 503 }, code: 400 }, 503],
  [{ code: '424' }, 424],
  [{ code: 400 }, 400],
  [{ code: 599 }, 599],
  [{ code: 399 }, undefined],
  [{ code: 600 }, undefined],
  [{ code: 400.5 }, undefined],
  [{ code: null }, undefined],
  [{ code: 'c', type: 't' }, undefined],
  [{}, undefined],
];

test.each(statuses)('%j names the status %j', (error, status) => {
  expect(statusIn(error)).toBe(status);
  expect(errorObject('The server', error)).toMatchObject({ status: status ?? 500, upstream: { status: 200 } });
});

/** Values, and whether they are errors although they came under 200. */
const values: readonly [unknown, boolean][] = [
  [{ error: {} }, true],
  [{ error: 'no', choices: [] }, true],
  [{ error: true }, true],
  [{ error: 0 }, true],
  [{ error: null }, false],
  [{ error: false }, false],
  [{ error: '' }, false],
  [{ object: 'error' }, true],
  [{ object: 'list' }, false],
  [{ errors: [{}] }, true],
  [{ errors: [{}], choices: [] }, false],
  [{ errors: [] }, false],
  [{ errors: {} }, false],
  [[{ error: 'no' }, {}], true],
  [[{}, { error: 'no' }], false],
  [[[{ error: 'no' }]], true],
  [[], false],
  [{}, false],
  ['error', false],
  [null, false],
];

test.each(values)('whether %j is an error: %j', (value, is) => {
  expect(isError(value)).toBe(is);
});

/** Bodies of error answers, and their messages. */
const bodies: readonly [string, string | undefined][] = [
  ['{"error":{"message":"m"}}', 'm'],
  ['"m"', 'm'],
  ['no healthy upstream', 'no healthy upstream'],
  ['a <b> c', undefined],
  ['<html>', undefined],
  ['', undefined],
];

test.each(bodies)(
  'the body %j says %j',
  (text, message = 'The server answered with the status 503 and no message.') => {
    const failure = { name: 'OpenAIError', status: 503, message, upstream: { status: 503 } };
    const openai = { type: null, code: null, param: null };
    expect(errorAnswerFailure('The server', { status: 503, headers: {}, text })).toEqual({ ...failure, openai });
    const later = errorAnswerFailure('The server', { status: 503, headers: { 'retry-after': '7' }, text });
    expect(later).toEqual({ ...failure, openai, retryAfter: '7' });
  },
);
