import type { Declared, Evaluation } from './evaluate.ts';
import { accepted } from './aws-accepts.ts';
import type { Variant } from './variants.ts';

const logActions = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const traceActions = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

const spendingRole = 'bedrock-gateway-spending-role';
const spendingRoleArn = `arn:aws:iam::123456789012:role/${spendingRole}`;
const paidActions = [
  'bedrock:InvokeModel',
  'bedrock:InvokeModelWithResponseStream',
  'bedrock:CountTokens',
  'bedrock:GetInferenceProfile',
  'bedrock:ApplyGuardrail',
  'sagemaker:InvokeEndpoint',
];

/** Whether a right of the role that pays is about stored files, which a model may read. */
function isOfFiles(action: string | readonly string[]): boolean {
  return [action].flat().every((name) => /^(?:s3|kms):/.test(name));
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string[];
  readonly Condition?: object;
}

const keyTable = 'arn:aws:dynamodb:us-east-1:123456789012:table/bedrock-gateway-test-keys';
const usageTable = 'arn:aws:dynamodb:us-east-1:123456789012:table/bedrock-gateway-test-usage';
const alertStatement = {
  Effect: 'Allow',
  Action: ['sns:Publish'],
  Resource: 'arn:aws:sns:us-east-1:123456789012:bedrock-gateway-test-alerts',
};
const usageReads = ['dynamodb:BatchGetItem', 'dynamodb:Query'];
const userPool = 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Example1';
const keyReads = ['dynamodb:BatchGetItem', 'dynamodb:GetItem'];
const keyWrites = [
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
];
const userActions = ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminUpdateUserAttributes', 'cognito-idp:ListUsers'];

const bucket = 'arn:aws:s3:::bedrock-gateway-storage-1a2b3c4';
const objectActions = ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'];
const ofOneOwner = { StringLike: { 's3:prefix': ['bedrock-*/*', 'caller-*/*', 'jwt-*/*', 'project-*/*'] } };

/** Objects of the one bucket, lists of one owner's objects, and the one key. */
function storageStatements(storage: unknown): object[] {
  const { kmsKeyArn } = storage as { kmsKeyArn?: string };
  return [
    { Effect: 'Allow', Action: objectActions, Resource: `${bucket}/*` },
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: bucket, Condition: ofOneOwner },
    ...(kmsKeyArn ? [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: kmsKeyArn }] : []),
  ];
}

const networkActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** The network interfaces of a function in a VPC: for Lambda, which acts in the name of the role, and not for the code of the function. */
function networkStatements(role: string): object[] {
  const functionName = `bedrock-gateway-test-${role.replace('bedrock-gateway-', '')}`;
  const ofFunction = `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`;
  return [
    { Effect: 'Allow', Action: networkActions, Resource: '*' },
    {
      Effect: 'Deny',
      Action: networkActions,
      Resource: '*',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': ofFunction } },
    },
  ];
}

function keyStatements(manages: boolean): object[] {
  return manages
    ? [
        { Effect: 'Allow', Action: keyWrites, Resource: keyTable },
        { Effect: 'Allow', Action: userActions, Resource: userPool },
      ]
    : [{ Effect: 'Allow', Action: keyReads, Resource: keyTable }];
}

function usageStatement(reports: boolean): object {
  return {
    Effect: 'Allow',
    Action: [...(reports ? usageReads : []), 'dynamodb:UpdateItem'],
    Resource: usageTable,
  };
}

/** Whether the functions run in a VPC of the stack, which has no way to the internet. */
function isClosed(config: Readonly<Record<string, unknown>>): boolean {
  const network = config['bedrock-gateway:privateNetwork'];
  return network === true || (typeof network === 'object' && network !== null && !('subnetIds' in network));
}

/** Declares the tests of what holds for every stack, whatever its config. */
export function testProperties(variant: Variant, evaluation: () => Evaluation): void {
  const all = (type: string): Declared[] => evaluation().resources.filter((resource) => resource.type === type);
  const inputs = (type: string) => all(type).map((resource) => resource.inputs);

  test('every input is a value that AWS accepts', () => {
    const refused = evaluation().resources.flatMap(({ type, name, inputs: declaredInputs }) =>
      Object.entries(accepted[type] ?? {}).flatMap(([path, accepts]) => {
        const value = at(declaredInputs, path);
        return accepts(value) ? [] : [`${type}::${name}: ${path} = ${JSON.stringify(value)}`];
      }),
    );
    expect(refused).toEqual([]);
  });

  const ofFunctions = (type: string) => all(type).filter(({ name }) => name !== spendingRole);
  const statements = ({ inputs: declaredInputs }: Declared): Statement[] =>
    JSON.parse(String(declaredInputs['policy'])).Statement;
  const paying = () => all('aws:iam/rolePolicy:RolePolicy').filter(({ name }) => name === spendingRole);

  test('a function may write its own log, send traces, assume the role that pays, and read one secret and one parameter, use the key table and the usage table, send alerts, use the objects of one bucket, and nothing else', () => {
    const policies = ofFunctions('aws:iam/rolePolicy:RolePolicy');
    expect(policies).toHaveLength(all('aws:lambda/function:Function').length);
    const { config } = variant;
    const secret = config['bedrock-gateway:openaiKeyArn'];
    const parameter = config['bedrock-gateway:modelsParameter'];
    const storage = config['bedrock-gateway:storage'];
    const alarmKey = config['bedrock-gateway:alarmKmsKeyArn'];
    const parameterArn = `arn:aws:ssm:us-east-1:123456789012:parameter${String(parameter)}`;
    for (const policy of policies) {
      const group = `log-group:/aws/lambda/bedrock-gateway-test-${policy.name.replace('bedrock-gateway-', '')}:*`;
      const traced = config['bedrock-gateway:tracing'] === true;
      expect(statements(policy)).toEqual([
        { Effect: 'Allow', Action: logActions, Resource: `arn:aws:logs:us-east-1:123456789012:${group}` },
        ...(traced ? [{ Effect: 'Allow', Action: traceActions, Resource: '*' }] : []),
        ...(paying().length > 0 ? [{ Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: spendingRoleArn }] : []),
        ...(secret ? [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: secret }] : []),
        ...(parameter ? [{ Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: parameterArn }] : []),
        ...(config['bedrock-gateway:gatewayKeys'] ? keyStatements(managesKeys(policy)) : []),
        ...(countsUsage()
          ? [usageStatement(config['bedrock-gateway:gatewayKeys'] === true && managesKeys(policy))]
          : []),
        ...(config['bedrock-gateway:gatewayKeys'] ? [alertStatement] : []),
        ...(alarmKey ? [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: alarmKey }] : []),
        ...(storage ? storageStatements(storage) : []),
        ...('bedrock-gateway:privateNetwork' in config ? networkStatements(policy.name) : []),
      ]);
    }
    const kinds = evaluation()
      .resources.map(({ type }) => type)
      .filter((type) => type.startsWith('aws:iam/'));
    expect(new Set(kinds)).toEqual(new Set(['aws:iam/role:Role', 'aws:iam/rolePolicy:RolePolicy']));
  });

  const countsUsage = () =>
    variant.config['bedrock-gateway:gatewayKeys'] === true || 'bedrock-gateway:limits' in variant.config;

  const isOn = (key: string) => variant.config[`bedrock-gateway:${key}`] !== false;

  /** With a domain, `/v1/organization` goes to the HTTP API. */
  const managesKeys = ({ name }: Declared) =>
    name === `bedrock-gateway-${'bedrock-gateway:domain' in variant.config ? 'buffered' : 'streaming'}`;

  test('the role that pays may call only the models of the config', () => {
    const config = JSON.stringify(variant.config).toLowerCase();
    for (const { Action, Resource, Condition } of paying().flatMap((policy) => statements(policy))) {
      if (isOfFiles(Action)) continue;
      expect(paidActions).toEqual(expect.arrayContaining([Action].flat()));
      // Any model, but only through a named profile; any guardrail, which grants nothing by itself.
      const mayBeAny = Condition !== undefined || Action === 'bedrock:ApplyGuardrail';
      const names = Resource.map((resource) => resource.split('/').slice(1).join('/'));
      // Counting tokens is free: it is allowed for all models of a provider.
      const isNamed = (name: string): boolean =>
        config.includes([Action].flat().includes('bedrock:CountTokens') ? name.replace(/\*$/, '') : name);
      expect(names.filter((name) => !(name === '*' ? mayBeAny : isNamed(name)))).toEqual([]);
    }
  });

  test('the role that pays may read the bytes of stored files at most, with the key of their bucket', () => {
    const rights = paying().flatMap((policy) => statements(policy).filter(({ Action }) => isOfFiles(Action)));
    const { kmsKeyArn } = { kmsKeyArn: undefined, ...Object(variant.config['bedrock-gateway:storage']) };
    const most = [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: [`${bucket}/*/file/*`] },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: [kmsKeyArn] },
    ];
    expect(most).toEqual(expect.arrayContaining(rights));
  });

  test("only Lambda may assume a function's role, and only the functions' roles may assume the one that pays", () => {
    const roles = ofFunctions('aws:iam/role:Role').map(({ name }) => `arn:aws:iam::123456789012:role/${name}`);
    for (const { name, inputs: declaredInputs } of all('aws:iam/role:Role')) {
      const { assumeRolePolicy, managedPolicyArns, inlinePolicies } = declaredInputs;
      const Principal = name === spendingRole ? { AWS: roles } : { Service: 'lambda.amazonaws.com' };
      expect(JSON.parse(String(assumeRolePolicy)).Statement).toEqual([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal },
      ]);
      expect([managedPolicyArns, inlinePolicies]).toEqual([undefined, undefined]);
    }
  });

  test('only its own API may call a function, through the alias', () => {
    const permissions = inputs('aws:lambda/permission:Permission');
    expect(permissions).toHaveLength(all('aws:lambda/function:Function').length);
    for (const permission of permissions) {
      const api = String(permission['function']).endsWith('streaming') ? 'rest123' : 'http123';
      expect(permission).toMatchObject({
        action: 'lambda:InvokeFunction',
        principal: 'apigateway.amazonaws.com',
        qualifier: 'live',
        sourceArn: `arn:aws:execute-api:us-east-1:123456789012:${api}/*/*`,
      });
    }
  });

  test('every integration calls an alias', () => {
    const uris = [
      ...inputs('aws:apigateway/integration:Integration').map(({ uri }) => uri),
      ...inputs('aws:apigatewayv2/integration:Integration').map(({ integrationUri }) => integrationUri),
    ];
    expect(uris.length).toBeGreaterThan(0);
    for (const uri of uris) expect(uri).toMatch(/function:bedrock-gateway-test-(buffered|streaming):live\//);
    for (const { functionVersion, name } of inputs('aws:lambda/alias:Alias')) {
      expect([functionVersion, name]).toEqual(['1', 'live']);
    }
  });

  test('every stream has an explicit timeout, that of its function', () => {
    const timeout = inputs('aws:lambda/function:Function').find(({ handler }) => handler === 'index.streaming')?.[
      'timeout'
    ];
    for (const integration of inputs('aws:apigateway/integration:Integration')) {
      expect(integration).toMatchObject({
        type: 'AWS_PROXY',
        integrationHttpMethod: 'POST',
        responseTransferMode: 'STREAM',
        timeoutMilliseconds: Number(timeout) * 1000,
        uri: expect.stringMatching(/:lambda:path\/2021-11-15\/functions\/.*\/response-streaming-invocations$/),
      });
    }
  });

  test('every log expires, and the log of a function exists before the function', () => {
    for (const { retentionInDays } of inputs('aws:cloudwatch/logGroup:LogGroup'))
      expect(retentionInDays).toBeGreaterThan(0);
    const groups = inputs('aws:cloudwatch/logGroup:LogGroup').map(({ name }) => name);
    for (const { loggingConfig, name } of inputs('aws:lambda/function:Function')) {
      expect(loggingConfig).toMatchObject({ logFormat: 'JSON', logGroup: `/aws/lambda/${String(name)}` });
      expect(groups).toContain(`/aws/lambda/${String(name)}`);
    }
  });

  test('no alarm looks back further than AWS lets it, and each tells the topic or is looked at by another', () => {
    const day = 86_400;
    for (const { evaluationPeriods, period, metricQueries = [] } of inputs('aws:cloudwatch/metricAlarm:MetricAlarm')) {
      const queries = metricQueries as { metric?: { period: number } }[];
      const periods = [Number(period), ...queries.map(({ metric }) => metric?.period)].filter(Boolean) as number[];
      expect(new Set(periods).size).toBe(1);
      const [seconds = 0] = periods;
      expect(seconds * Number(evaluationPeriods)).toBeLessThanOrEqual(seconds >= 3_600 ? 7 * day : day);
    }
    const rules = inputs('aws:cloudwatch/compositeAlarm:CompositeAlarm').map(({ alarmRule }) => String(alarmRule));
    const silent = inputs('aws:cloudwatch/metricAlarm:MetricAlarm').filter(
      ({ alarmActions }) => alarmActions === undefined,
    );
    expect(silent.filter(({ name }) => !rules.some((rule) => rule.includes(`ALARM("${String(name)}")`)))).toEqual([]);
  });

  test('access logs have no headers', () => {
    const stages = [...inputs('aws:apigatewayv2/stage:Stage'), ...inputs('aws:apigateway/stage:Stage')];
    for (const { accessLogSettings } of stages) {
      const format = (accessLogSettings as { format: string } | undefined)?.format ?? '';
      expect(format).not.toMatch(/authori|header|override|apiKey/i);
    }
  });

  test("bodies are never logged, and the account's role for logs is not changed", () => {
    const text = JSON.stringify(
      evaluation().resources.map(({ type, inputs: declaredInputs }) => [type, declaredInputs]),
    );
    expect(text).not.toMatch(/dataTrace|loggingLevel|apigateway\/account:Account/);
  });

  test('a bucket is private, encrypted, reached over TLS only, and emptied', () => {
    const kinds = ['PublicAccessBlock', 'OwnershipControls', 'ServerSideEncryptionConfiguration', 'Policy'];
    const buckets = all('aws:s3/bucket:Bucket').length;
    expect(buckets).toBe('bedrock-gateway:storage' in variant.config ? 1 : 0);
    for (const kind of [...kinds, 'LifecycleConfiguration'])
      expect(inputs(`aws:s3/bucket${kind}:Bucket${kind}`)).toHaveLength(buckets);
    for (const block of inputs('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock'))
      expect(Object.values(block).filter((value) => value === true)).toHaveLength(4);
    for (const { policy } of inputs('aws:s3/bucketPolicy:BucketPolicy')) expect(policy).not.toContain('Allow');
    // Bodies of other types stay text.
    for (const api of inputs('aws:apigateway/restApi:RestApi'))
      expect(api['binaryMediaTypes']).toEqual(buckets > 0 ? ['multipart/form-data'] : undefined);
  });

  test('TLS 1.2 or later, over IPv4 and IPv6', () => {
    for (const { domainNameConfiguration } of inputs('aws:apigatewayv2/domainName:DomainName')) {
      expect(domainNameConfiguration).toMatchObject({ securityPolicy: 'TLS_1_2', ipAddressType: 'dualstack' });
    }
    for (const api of inputs('aws:apigateway/restApi:RestApi')) {
      expect(api['endpointConfiguration']).toEqual({ types: 'REGIONAL', ipAddressType: 'dualstack' });
      expect(api['disableExecuteApiEndpoint'] === true || String(api['securityPolicy']).includes('TLS13_1_2')).toBe(
        true,
      );
    }
    for (const api of inputs('aws:apigatewayv2/api:Api')) {
      expect(api).toMatchObject({ ipAddressType: 'dualstack', disableExecuteApiEndpoint: true });
      expect(api).not.toHaveProperty('corsConfiguration');
    }
    const addresses = inputs('aws:route53/record:Record').filter(({ aliases }) => aliases !== undefined);
    const types = addresses.map(({ type }) => String(type)).toSorted();
    expect(types).toEqual(types.length > 0 ? ['A', 'AAAA'] : []);
  });

  test('functions run on arm64 with the runtime of the config', () => {
    for (const declaredInputs of inputs('aws:lambda/function:Function')) {
      expect(declaredInputs).toMatchObject({
        architectures: ['arm64'],
        publish: true,
        runtime: variant.config['bedrock-gateway:runtime'] ?? 'nodejs22.x',
      });
    }
  });

  test('all resources that take tags have them, and APIs have the name of the stack', () => {
    const tagged =
      /:(LogGroup|Role|Function|Api|RestApi|DomainName|Certificate|Stage|Table|UserPool|Bucket|Topic|MetricAlarm|CompositeAlarm)$/;
    for (const { type, name, inputs: declaredInputs } of evaluation().resources.filter((resource) =>
      tagged.test(resource.type),
    )) {
      expect([type, name, declaredInputs['tags']]).toEqual([type, name, { Project: 'bedrock-gateway', Stack: 'test' }]);
    }
    for (const { name } of [...inputs('aws:apigateway/restApi:RestApi'), ...inputs('aws:apigatewayv2/api:Api')]) {
      expect(name).toMatch(/^bedrock-gateway-test/);
    }
  });

  test('environments and outputs contain no secrets but the first admin key', () => {
    const issuesKeys = variant.config['bedrock-gateway:gatewayKeys'] === true;
    for (const each of all('aws:lambda/function:Function')) {
      const { variables } = each.inputs['environment'] as { variables: object };
      const usesSecret = 'bedrock-gateway:openaiKeyArn' in variant.config;
      expect(Object.keys(variables).toSorted()).toEqual([
        ...(issuesKeys ? ['ADMIN_KEY_GENERATION', 'ADMIN_KEY_SHA256', 'ALERT_TOPIC_ARN'] : []),
        'BEDROCK_KEYS',
        ...('bedrock-gateway:bedrockMantle' in variant.config ? ['BEDROCK_MANTLE'] : []),
        'BEDROCK_REGIONS',
        'CORS_ORIGINS',
        ...('bedrock-gateway:logLevel' in variant.config ? ['GATEWAY_LOG_LEVEL'] : []),
        ...(issuesKeys ? ['KEY_STACK', 'KEY_TABLE'] : []),
        ...(isOn('metrics') ? ['METRICS_NAMESPACE'] : []),
        ...(typeof variant.config['bedrock-gateway:metrics'] === 'object' ? ['METRICS_PROJECTS'] : []),
        ...('bedrock-gateway:modelsParameter' in variant.config ? ['MODELS_PARAMETER'] : []),
        ...(usesSecret ? ['OPENAI_BASE_URL', 'OPENAI_KEY_ARN', 'OPENAI_TIMEOUT_SECONDS'] : []),
        ...(isClosed(variant.config) ? ['PRIVATE_NETWORK'] : []),
        'PROMPT_CACHING',
        ...(paying().length > 0 ? ['SPENDING_ROLE_ARN'] : []),
        ...('bedrock-gateway:storage' in variant.config ? ['STORAGE_BUCKET'] : []),
        ...('bedrock-gateway:mcp' in variant.config && !('bedrock-gateway:domain' in variant.config)
          ? ['STAGE_URL']
          : []),
        ...(isOn('metrics') && variant.config['bedrock-gateway:tracing'] === true ? ['TRACING'] : []),
        ...(countsUsage() ? ['USAGE_TABLE'] : []),
        ...(issuesKeys && managesKeys(each) ? ['USER_POOL_ID'] : []),
      ]);
      // Hashes of tokens are in the code, which only the function reads; that of the first admin key is of 256 random bits.
      expect(JSON.stringify({ ...variables, ADMIN_KEY_SHA256: '' })).not.toMatch(/[0-9a-f]{64}/);
    }
    const { adminKey: _secret, ...outputs } = evaluation().outputs;
    expect(JSON.stringify(outputs)).not.toMatch(/ABSK|bedrock-api-key|sk-|AKIA|secret|password/i);
    expect(Object.keys(evaluation().outputs).toSorted()).toEqual([
      ...(issuesKeys ? ['adminKey'] : []),
      ...(issuesKeys || (isOn('alarms') && !('bedrock-gateway:alarmTopicArn' in variant.config))
        ? ['alertTopicArn']
        : []),
      'baseUrl',
      ...(isOn('metrics') && isOn('dashboard') ? ['dashboardName'] : []),
      ...('bedrock-gateway:domain' in variant.config ? ['dnsTarget'] : []),
      'functionNames',
      'logGroups',
    ]);
  });
}

/** The value at a path such as `settings.rate`. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
