import { callRegion } from '../../function/auth/region.ts';
import { ApiError } from '../../function/errors.ts';

const regions = ['us-east-1', 'eu-west-1'] as const;
const id = { model: 'us.amazon.nova-pro-v1:0' };

function arn(region: string): { model: string } {
  return { model: `arn:aws:bedrock:${region}:123456789012:application-inference-profile/abc` };
}

test('a call goes to the first region, unless key or ARN name another', () => {
  expect(callRegion({}, id, regions)).toBe('us-east-1');
  expect(callRegion({ keyRegion: 'eu-west-1' }, id, regions)).toBe('eu-west-1');
  expect(callRegion({}, arn('eu-west-1'), regions)).toBe('eu-west-1');
  expect(callRegion({ keyRegion: 'eu-west-1' }, arn('eu-west-1'), regions)).toBe('eu-west-1');
});

test('what comes out is the configured entry itself, never text of a key or an ARN', () => {
  const configured: [string, ...string[]] = [['us', 'east', '1'].join('-')];
  expect(callRegion({ keyRegion: 'us-east-1' }, arn('us-east-1'), configured)).toBe(configured[0]);
});

const refused: [string, () => string, Partial<ApiError>, RegExp][] = [
  [
    'a key of another region',
    () => callRegion({ keyRegion: 'ap-south-1' }, id, regions),
    { status: 401, code: 'invalid_api_key', param: null },
    /works in ap-south-1 only.*us-east-1, eu-west-1/,
  ],
  [
    'an ARN of another region',
    () => callRegion({}, arn('ap-south-1'), regions),
    { status: 400, code: 'region_not_allowed', param: 'model' },
    /us-east-1, eu-west-1/,
  ],
  [
    'an ARN and a key that do not agree',
    () => callRegion({ keyRegion: 'us-east-1' }, arn('eu-west-1'), regions),
    { status: 400, code: 'region_not_allowed', param: 'model' },
    /in eu-west-1.*us-east-1 only/,
  ],
  ['an ARN without a region', () => callRegion({}, arn(''), regions), { status: 400 }, /ARN/],
  ['an ARN that is none', () => callRegion({}, { model: 'arn:x' }, regions), { status: 400 }, /ARN/],
  [
    'an ARN in capitals',
    () => callRegion({}, { model: 'ARN:AWS:BEDROCK:AP-SOUTH-1:1:x' }, regions),
    { status: 400 },
    /ARN/,
  ],
  [
    'an ARN with a host for a region',
    () => callRegion({}, arn('us-east-1.example.com'), regions),
    { status: 400 },
    /ARN/,
  ],
];

test.each(refused)('%s is refused', (_name, call, expected, message) => {
  const error = thrown(call);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ ...expected, message: expect.stringMatching(message) as string });
});

function thrown(call: () => string): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
