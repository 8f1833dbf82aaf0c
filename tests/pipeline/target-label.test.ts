import { loggedName, targetLabel } from '../../function/pipeline/target-label.ts';

const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0';

test.each([
  ['us.amazon.nova-pro-v1:0', undefined, 'bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse)'],
  ['us.amazon.nova-pro-v1:0', true, 'bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse) in us-west-2'],
  [arn, undefined, 'bedrock:inference-profile/us.amazon.nova-pro-v1:0 (nova-1, converse)'],
] as const)('the label of %s, another region: %s', (model, failover, expected) => {
  const to = { target: { backend: 'bedrock', model }, region: 'us-west-2', ...(failover && { failover }) };
  expect(targetLabel(to, 'nova-1', 'converse')).toBe(expected);
});

test.each([
  ['gpt-4o', undefined, 'gpt-4o'],
  ['gpt-4o', 'gpt-*', 'gpt-*'],
  [arn, undefined, 'inference-profile/us.amazon.nova-pro-v1:0'],
])('the name %s that leads to %s is logged as %s', (name, key, expected) => {
  expect(loggedName(name, key)).toBe(expected);
});
