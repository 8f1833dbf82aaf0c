import { pathId } from '../../function/pipeline/path-id.ts';

const read = (value: string) => pathId({ param: (name) => (name === 'guard' ? value : '') }, 'guard');

test.each([
  'a',
  '9',
  'us.amazon.nova-pro-v1:0',
  'arn:aws:bedrock:us-east-1:123456789012:guardrail/abc_1',
  `a${'b'.repeat(2_047)}`,
])('%s is an id', (value) => {
  expect(read(value)).toBe(value);
});

test.each(['', '.', '/a', '-a', ':a', '_a', 'a b', 'a?b', 'a#b', 'a%2Fb', 'a\n', '\u00e9', `a${'b'.repeat(2_048)}`])(
  '%j is none',
  (value) => {
    expect(() => read(value)).toThrow(
      expect.objectContaining({
        name: 'ApiError',
        status: 400,
        code: 'invalid_value',
        param: 'guard',
        message: 'The value of guard in the path is no id or ARN.',
      }),
    );
  },
);
