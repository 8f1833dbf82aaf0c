import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { evaluate } from '../../../local/program/evaluate.ts';

// The provider is a large package.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const how = {
  project: 'sample',
  stack: 'dev',
  region: 'eu-west-1',
  config: { 'sample:name': 'x', 'sample:list': '[1]' },
};

test('runs a program with its config, and its resources refer to each other', async () => {
  const { resources, outputs } = await evaluate(async () => {
    const config = new pulumi.Config('sample');
    const region = aws.getRegionOutput();
    const lambda = new aws.lambda.Function('fn', {
      name: config.require('name'),
      role: 'arn:aws:iam::123456789012:role/r',
      environment: {
        variables: { SECRET: pulumi.secret('s'), LIST: String(config.requireObject<number[]>('list')[0]) },
      },
    });
    const alias = new aws.lambda.Alias('live', {
      name: 'live',
      functionName: lambda.name,
      functionVersion: pulumi.interpolate`${region.region}`,
    });
    return { default: { name: alias.name, sealed: pulumi.secret('x') } };
  }, how);
  expect(outputs).toEqual({ name: 'live', sealed: 'x' });
  const inputs = Object.fromEntries(resources.map(({ type, inputs: given }) => [type, given]));
  expect(inputs['aws:lambda/function:Function']).toMatchObject({
    name: 'x',
    environment: { variables: { SECRET: 's', LIST: '1' } },
  });
  expect(inputs['aws:lambda/alias:Alias']).toMatchObject({ functionName: 'x', functionVersion: 'eu-west-1' });
});

test('rejects with what the program throws', async () => {
  const program = () => Promise.reject(new Error('the config needs a change'));
  await expect(evaluate(program, how)).rejects.toThrow('the config needs a change');
});

test('errors of the program tell where they were thrown, and later ones have whole stack traces', async () => {
  const program = () => Promise.reject(new Error('the config needs a change'));
  const thrown = await evaluate(program, how).catch((error: unknown) => error);
  const place = '\\n +at [^\\n]*evaluate\\.test\\.ts\\S*:\\d+[^\\n]*';
  expect(thrown).toHaveProperty('stack', expect.stringMatching(new RegExp(`^[^\\n]*${place}$`)));
  expect(new Error('later')).toHaveProperty('stack', expect.stringMatching(new RegExp(`${place}\\n`)));
});

test('a lookup that the local stack cannot answer is an error', async () => {
  const program = async () => {
    await aws.ec2.getVpc({ default: true });
  };
  await expect(evaluate(program, how)).rejects.toThrow('aws:ec2/getVpc:getVpc, which the local stack does not know');
});
