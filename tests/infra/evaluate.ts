import * as pulumi from '@pulumi/pulumi';
import { withShortStackTraces } from '../../local/program/stack-traces.ts';

/** A resource as the program declares it. */
export interface Declared {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** The result of a run of a program. */
export interface Evaluation {
  readonly resources: readonly Declared[];
  readonly outputs: Record<string, unknown>;
}

const region = 'us-east-1';
const account = '123456789012';

/** Outputs that AWS would add, by type: those that other resources need. */
const made: Record<string, (name: string, inputs: Record<string, unknown>) => Record<string, unknown>> = {
  'aws:iam/role:Role': (name) => ({ arn: `arn:aws:iam::${account}:role/${name}` }),
  'aws:cloudwatch/logGroup:LogGroup': (_, { name }) => ({ arn: arn('logs', `log-group:${String(name)}`) }),
  'aws:lambda/function:Function': (_, { name }) => ({ arn: arn('lambda', `function:${String(name)}`), version: '1' }),
  'aws:lambda/alias:Alias': (_, { functionName, name }) => {
    const alias = arn('lambda', `function:${String(functionName)}:${String(name)}`);
    const path = `2015-03-31/functions/${alias}/invocations`;
    return { arn: alias, invokeArn: `arn:aws:apigateway:${region}:lambda:path/${path}` };
  },
  'aws:apigatewayv2/api:Api': () => ({ executionArn: arn('execute-api', 'http123') }),
  'aws:apigateway/restApi:RestApi': () => ({ executionArn: arn('execute-api', 'rest123'), rootResourceId: 'root' }),
  'aws:apigateway/stage:Stage': (_, { stageName }) => ({
    invokeUrl: `https://rest123.execute-api.${region}.amazonaws.com/${String(stageName)}`,
  }),
  'aws:apigatewayv2/domainName:DomainName': (_, { domainNameConfiguration }) => ({
    domainNameConfiguration: {
      ...(domainNameConfiguration as object),
      targetDomainName: 'd-123.execute-api.us-east-1.amazonaws.com',
      hostedZoneId: 'ZTARGET',
    },
  }),
  'aws:acm/certificate:Certificate': (_, { domainName }) => ({
    arn: arn('acm', 'certificate/issued'),
    domainValidationOptions: [
      {
        domainName,
        resourceRecordName: `_proof.${String(domainName)}`,
        resourceRecordType: 'CNAME',
        resourceRecordValue: '_value.acm-validations.aws',
      },
    ],
  }),
  'aws:route53/record:Record': (_, { name }) => ({ fqdn: name }),
  'aws:dynamodb/table:Table': (_, { name }) => ({ arn: arn('dynamodb', `table/${String(name)}`) }),
  'aws:cognito/userPool:UserPool': () => ({
    id: 'us-east-1_Example1',
    arn: arn('cognito-idp', 'userpool/us-east-1_Example1'),
  }),
  'aws:cloudwatch/metricAlarm:MetricAlarm': (_, { name }) => ({ arn: arn('cloudwatch', `alarm:${String(name)}`) }),
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': (_, { alarmName }) => ({
    arn: arn('cloudwatch', `alarm:${String(alarmName)}`),
  }),
  'aws:sns/topic:Topic': (_, { name }) => ({ arn: arn('sns', String(name)) }),
  'aws:s3/bucket:Bucket': (name) => ({ id: `${name}-1a2b3c4`, arn: `arn:aws:s3:::${name}-1a2b3c4` }),
  // A component of another program: the engine would have its outputs from awsx's plugin.
  'awsx:ec2:Vpc': () => ({
    vpcId: 'vpc-0123456789abcdef0',
    isolatedSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    routeTables: [{ id: 'rtb-0123456789abcdef0' }, { id: 'rtb-0123456789abcdef1' }],
  }),
  'aws:ec2/vpcEndpoint:VpcEndpoint': (name) => ({ id: `${name}-id`, prefixListId: `pl-${name}` }),
  'random:index/randomPassword:RandomPassword': () => ({ result: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ' }),
};

/** What the provider finds in the account, by the token of the lookup. */
const lookups: Readonly<Record<string, Record<string, unknown>>> = {
  'aws:route53/getZone:getZone': { zoneId: 'ZFOUND', name: 'example.com' },
  'aws:index/getCallerIdentity:getCallerIdentity': { accountId: account },
};

/** Runs a program without an engine as a stack called `test`, and waits for all resources. */
export async function evaluate(program: () => Promise<Record<string, unknown>>, config = {}): Promise<Evaluation> {
  const inputs = new Map<string, Record<string, unknown>>();
  const newResource = (args: pulumi.runtime.MockResourceArgs) => {
    const declaredInputs = args.inputs as Record<string, unknown>;
    inputs.set(`${args.type} ${args.name}`, declaredInputs);
    const { id = `${args.name}-id`, ...more } = made[args.type]?.(args.name, declaredInputs) ?? {};
    return { id: String(id), state: { ...declaredInputs, ...more } };
  };
  const call = ({ token }: pulumi.runtime.MockCallArgs) => lookups[token] ?? {};
  await pulumi.runtime.setMocks({ newResource, call }, 'bedrock-gateway', 'test', false);
  pulumi.runtime.setAllConfig(config);
  const seen: pulumi.ResourceTransformationArgs[] = [];
  const outputs = await withShortStackTraces(async () => {
    const exported = await pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation((args) => {
        seen.push(args);
        return undefined;
      });
      return program();
    });
    await pulumi.runtime.disconnect();
    return exported;
  });
  const resources = seen.map(async ({ resource, type, name }) => ({
    urn: await settled(resource.urn),
    type,
    name,
    inputs: inputs.get(`${type} ${name}`) ?? {},
  }));
  return { resources: await Promise.all(resources), outputs: await settled(pulumi.output(outputs ?? {})) };
}

/** The value of an output once it is known. */
function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

function arn(service: string, rest: string): string {
  return `arn:aws:${service}:${region}:${account}:${rest}`;
}
