import { callRegion } from '../../function/auth/region.ts';
import type { ApiError } from '../../function/errors.ts';
import { refusal } from '../validate/refusal.ts';

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

type Refused = Pick<ApiError, 'status' | 'code' | 'param' | 'message'>;

const elsewhere = 'The ARN names another region than those that this gateway calls Bedrock in: us-east-1, eu-west-1.';

test.each<[string, () => string, Refused]>([
  [
    'a key of another region',
    () => callRegion({ keyRegion: 'ap-south-1' }, id, regions),
    {
      status: 401,
      code: 'invalid_api_key',
      param: null,
      message:
        'This short-term Amazon Bedrock API key works in ap-south-1 only, and this gateway calls Bedrock in us-east-1, eu-west-1. ' +
        'Make a key for one of these regions, or use a long-term key.',
    },
  ],
  [
    'an ARN and a key that do not agree',
    () => callRegion({ keyRegion: 'us-east-1' }, arn('eu-west-1'), regions),
    {
      status: 400,
      code: 'region_not_allowed',
      param: 'model',
      message: 'The ARN is in eu-west-1, and this short-term Amazon Bedrock API key works in us-east-1 only.',
    },
  ],
  ...[
    ['an ARN of another region', arn('ap-south-1').model] as const,
    ['an ARN without a region', arn('').model] as const,
    ['an ARN that is none', 'arn:x'] as const,
    ['an ARN in capitals', 'ARN:AWS:BEDROCK:AP-SOUTH-1:1:x'] as const,
    ['an ARN with a host for a region', arn('us-east-1.example.com').model] as const,
  ].map(([name, model]): [string, () => string, Refused] => [
    name,
    () => callRegion({}, { model }, regions),
    { status: 400, code: 'region_not_allowed', param: 'model', message: elsewhere },
  ]),
])('%s is refused', (_name, call, expected) => {
  expect(refusal(call)).toEqual(expected);
});
