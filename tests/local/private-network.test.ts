import { outsideVpc } from '../../local/private-network.ts';

const config = { 'aws:region': 'us-east-1', 'bedrock-gateway:domain': 'example.com' };

test.each(['true', '{"zones":["us-east-1a"]}', '{"subnetIds":["subnet-1"],"securityGroupIds":["sg-1"]}'])(
  'the private network %s is ignored locally, with a line that says so',
  (network) => {
    expect(outsideVpc({ ...config, 'bedrock-gateway:privateNetwork': network })).toEqual({
      config,
      note: 'privateNetwork is ignored: locally, the functions run on this machine and not in a VPC. npx pulumi preview checks what cannot be reached from there.\n',
    });
  },
);

test('a stack without a private network has nothing to ignore', () => {
  expect(outsideVpc(config)).toEqual({ config, note: undefined });
  expect(outsideVpc({ ...config, 'bedrock-gateway:privateNetwork': 'false' })).toEqual({ config, note: undefined });
});
