import {
  callerHeaders,
  checkHeadersOutsideBedrock,
  guardedHeaders,
  operationHeaders,
  stackPaidHeaders,
} from '../../function/pipeline/invoke-headers.ts';

const sent = new Map([
  ['accept', 'application/json'],
  ['content-type', 'image/png'],
  ['authorization', 'Bearer a'],
  ['cookie', 'a=b'],
  ['x-amzn-bedrock-trace', 'ENABLED'],
  ['x-amzn-bedrock', 'no'],
  ['x-amz-date', 'no'],
]);

test('what is about the operation is told by its prefix', () => {
  expect(operationHeaders(sent)).toEqual({ 'x-amzn-bedrock-trace': 'ENABLED' });
});

test('a caller who pays has the types sent on as well', () => {
  const types = { accept: 'application/json', 'content-type': 'image/png' };
  expect(callerHeaders(sent)).toEqual({ ...types, 'x-amzn-bedrock-trace': 'ENABLED' });
  expect(callerHeaders(new Map([['accept', '']]))).toEqual({});
});

const privileged = [
  ['x-amzn-bedrock-guardrailidentifier', 'guardrailConfig', undefined],
  ['x-amzn-bedrock-guardrailversion', 'guardrailConfig', undefined],
  ['x-amzn-bedrock-performanceconfig-latency', 'performanceConfig', 'standard'],
  ['x-amzn-bedrock-service-tier', 'serviceTier', 'default'],
] as const;

describe.each(privileged)('%s', (name, field, free) => {
  test(`is refused at the stack's cost unless callers may set ${field}`, () => {
    const others = privileged.map(([, each]) => each).filter((each) => each !== field);
    expect(() => stackPaidHeaders({ [name]: 'x' }, { callersMaySet: others })).toThrow(
      expect.objectContaining({
        name: 'ApiError',
        status: 400,
        code: 'not_allowed_at_this_cost',
        param: name,
        message:
          `The stack pays for this call, and its config does not let callers set the header ${name}: leave it out, or use an ` +
          `Amazon Bedrock API key of your own. (The config allows it with ${field} in bedrock-gateway:callersMaySet.)`,
      }),
    );
    expect(stackPaidHeaders({ [name]: 'x' }, { callersMaySet: [field] })).toEqual({
      headers: { [name]: 'x' },
      ignored: [],
    });
  });

  test(`is left out without a word where it asks for nothing: ${free}`, () => {
    if (free === undefined) return;
    expect(stackPaidHeaders({ [name]: free }, { callersMaySet: [] })).toEqual({ headers: {}, ignored: [] });
  });
});

test('other headers are left out at the cost of the stack, and named', () => {
  const given = { 'x-amzn-bedrock-trace': 'ENABLED', 'x-amzn-bedrock-service-tier': 'priority' };
  expect(stackPaidHeaders(given, { callersMaySet: ['serviceTier'] })).toEqual({
    headers: { 'x-amzn-bedrock-service-tier': 'priority' },
    ignored: ['x-amzn-bedrock-trace'],
  });
});

test.each(['x-amzn-bedrock-guardrailidentifier', 'x-amzn-bedrock-guardrailversion'])(
  '%s is refused outside of Bedrock',
  (name) => {
    expect(() => checkHeadersOutsideBedrock({ 'x-amzn-bedrock-trace': 'ENABLED', [name]: '' })).toThrow(
      expect.objectContaining({
        status: 400,
        param: name,
        message: expect.stringContaining('outside of Amazon Bedrock'),
      }),
    );
  },
);

test('the others are not', () => {
  const tiers = { 'x-amzn-bedrock-service-tier': 'priority', 'x-amzn-bedrock-performanceconfig-latency': 'optimized' };
  expect(() => checkHeadersOutsideBedrock(tiers)).not.toThrow();
});

test("the stack's guardrail is set in place of another", () => {
  const asked = { 'x-amzn-bedrock-guardrailidentifier': 'mine', 'x-amzn-bedrock-trace': 'ENABLED' };
  expect(guardedHeaders(asked, {})).toBe(asked);
  expect(guardedHeaders(asked, { guardrail: { identifier: 'stack', version: '3' } })).toEqual({
    'x-amzn-bedrock-trace': 'ENABLED',
    'x-amzn-bedrock-guardrailidentifier': 'stack',
    'x-amzn-bedrock-guardrailversion': '3',
  });
});
