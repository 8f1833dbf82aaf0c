/** Whether AWS accepts a value of an input; undefined stands for an input that is absent. */
type Accepts = (value: unknown) => boolean;

const optional =
  (accepts: Accepts): Accepts =>
  (value) =>
    value === undefined || accepts(value);
const oneOf =
  (...values: unknown[]): Accepts =>
  (value) =>
    values.includes(value);
const range =
  (least: number, most: number): Accepts =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;
const matches =
  (pattern: RegExp): Accepts =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The values of apigateway's GatewayResponseType. */
const responseTypePattern = new RegExp(
  '^(DEFAULT_4XX|DEFAULT_5XX|RESOURCE_NOT_FOUND|UNAUTHORIZED|INVALID_API_KEY|ACCESS_DENIED|AUTHORIZER_FAILURE|' +
    'AUTHORIZER_CONFIGURATION_ERROR|INVALID_SIGNATURE|EXPIRED_TOKEN|MISSING_AUTHENTICATION_TOKEN|INTEGRATION_FAILURE|' +
    'INTEGRATION_TIMEOUT|API_CONFIGURATION_ERROR|UNSUPPORTED_MEDIA_TYPE|BAD_REQUEST_PARAMETERS|BAD_REQUEST_BODY|' +
    'REQUEST_TOO_LARGE|THROTTLED|QUOTA_EXCEEDED|WAF_FILTERED)$',
);

/**
 * Restrictions of inputs that only AWS checks: ranges, patterns and enumerations from the service models
 * (apigateway 2015-07-09, apigatewayv2 2018-11-29, lambda 2015-03-31, logs 2014-03-28, acm 2015-12-08, dynamodb 2012-08-10,
 * cognito-idp 2016-04-18, monitoring 2010-08-01, botocore 1.43.107).
 */
export const accepted: Readonly<Record<string, Readonly<Record<string, Accepts>>>> = {
  'aws:s3/bucket:Bucket': { bucket: optional(matches(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)) },
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': {
    'rule.objectOwnership': oneOf('BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'),
  },
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': {
    'rules.0.applyServerSideEncryptionByDefault.sseAlgorithm': oneOf('AES256', 'aws:kms', 'aws:kms:dsse'),
  },
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': {
    'rules.0.status': oneOf('Enabled', 'Disabled'),
    'rules.0.expiration.days': range(1, 2_147_483_647),
    'rules.0.abortIncompleteMultipartUpload.daysAfterInitiation': range(1, 2_147_483_647),
  },
  'aws:lambda/function:Function': {
    name: matches(/^[a-zA-Z0-9-_]{1,64}$/),
    handler: matches(/^[^\s]{1,128}$/),
    memorySize: range(128, 10_240),
    timeout: range(1, 900),
    runtime: oneOf('nodejs22.x', 'nodejs24.x'),
    'architectures.0': oneOf('arm64', 'x86_64'),
    'tracingConfig.mode': oneOf('Active', 'PassThrough'),
    'loggingConfig.logFormat': oneOf('JSON', 'Text'),
    'loggingConfig.applicationLogLevel': oneOf('TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'),
    'loggingConfig.systemLogLevel': oneOf('DEBUG', 'INFO', 'WARN'),
    'loggingConfig.logGroup': matches(/^[a-zA-Z0-9_/.#-]{1,512}$/),
    description: matches(/^.{0,256}$/),
  },
  'aws:lambda/alias:Alias': { name: matches(/^(?!^[0-9]+$)[a-zA-Z0-9-_]{1,128}$/) },
  'aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig': {
    provisionedConcurrentExecutions: range(1, 10_000),
    qualifier: matches(/^(?!\$LATEST$)[a-zA-Z0-9-_]+$/),
  },
  'awsx:ec2:Vpc': {
    cidrBlock: matches(/^\d+\.\d+\.\d+\.\d+\/(?:1[6-9]|2[0-8])$/),
    'natGateways.strategy': oneOf('None', 'Single', 'OnePerAz'),
    subnetStrategy: oneOf('Legacy', 'Auto', 'AutoMerge', 'Exact'),
    'subnetSpecs.0.type': oneOf('Public', 'Private', 'Isolated', 'Unused'),
  },
  'aws:ec2/securityGroup:SecurityGroup': { description: matches(/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/) },
  'aws:ec2/vpcEndpoint:VpcEndpoint': {
    vpcEndpointType: oneOf('Interface', 'Gateway', 'GatewayLoadBalancer'),
    serviceName: matches(/^com\.amazonaws\.[a-z0-9-]+\.[a-z0-9.-]+$/),
    // AWS's limit for the policy of an endpoint.
    policy: matches(/^[^]{1,20480}$/),
  },
  'aws:cloudwatch/logGroup:LogGroup': {
    name: matches(/^[a-zA-Z0-9_/.#-]{1,512}$/),
    retentionInDays: oneOf(...retentionDays),
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': {
    name: matches(/^.{1,255}$/),
    alarmDescription: matches(/^.{0,1024}$/),
    comparisonOperator: oneOf(
      'GreaterThanOrEqualToThreshold',
      'GreaterThanThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ),
    treatMissingData: oneOf('breaching', 'notBreaching', 'ignore', 'missing'),
    statistic: optional(oneOf('SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum')),
    extendedStatistic: optional(matches(/^p\d{1,2}$/)),
    evaluationPeriods: range(1, 604_800),
    period: optional((value) => Number(value) % 60 === 0),
    metricQueries: optional(
      (value) =>
        Array.isArray(value) &&
        value.length <= 20 &&
        value.every(({ id }) => matches(/^[a-z]\w{0,254}$/)(id)) &&
        value.filter(({ returnData }) => returnData === true).length === 1,
    ),
  },
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': {
    alarmName: matches(/^.{1,255}$/),
    alarmRule: matches(/^ALARM\("[\w-]+"\)(?: AND ALARM\("[\w-]+"\))*$/),
  },
  'aws:cloudwatch/dashboard:Dashboard': { dashboardName: matches(/^[A-Za-z0-9-_]{1,255}$/) },
  'aws:cloudwatch/queryDefinition:QueryDefinition': {
    name: matches(/^[^:*]{1,255}$/),
    queryString: matches(/^[^]{1,10000}$/),
  },
  'aws:sns/topicSubscription:TopicSubscription': { protocol: oneOf('email') },
  'aws:apigateway/restApi:RestApi': {
    'endpointConfiguration.types': oneOf('REGIONAL'),
    'endpointConfiguration.ipAddressType': oneOf('ipv4', 'dualstack'),
    securityPolicy: optional(
      oneOf(
        'TLS_1_2',
        'SecurityPolicy_TLS13_1_3_2025_09',
        'SecurityPolicy_TLS13_1_2_PQ_2025_09',
        'SecurityPolicy_TLS13_1_2_2021_06',
      ),
    ),
    endpointAccessMode: optional(oneOf('BASIC', 'STRICT')),
  },
  'aws:apigateway/method:Method': { httpMethod: oneOf('ANY', 'GET', 'POST'), authorization: oneOf('NONE') },
  'aws:apigateway/integration:Integration': {
    type: oneOf('AWS_PROXY'),
    integrationHttpMethod: oneOf('POST'),
    responseTransferMode: oneOf('STREAM'),
    timeoutMilliseconds: range(50, 900_000),
  },
  'aws:apigateway/response:Response': {
    responseType: matches(responseTypePattern),
    statusCode: optional(matches(/^[1-5]\d\d$/)),
  },
  'aws:apigateway/stage:Stage': { stageName: matches(/^[a-zA-Z0-9_-]{1,128}$/) },
  'aws:apigateway/methodSettings:MethodSettings': {
    methodPath: oneOf('*/*'),
    'settings.throttlingRateLimit': range(0, 1_000_000),
    'settings.throttlingBurstLimit': range(0, 1_000_000),
  },
  'aws:apigatewayv2/api:Api': {
    protocolType: oneOf('HTTP'),
    ipAddressType: oneOf('ipv4', 'dualstack'),
    name: matches(/^.{1,128}$/),
  },
  'aws:apigatewayv2/integration:Integration': {
    integrationType: oneOf('AWS_PROXY'),
    payloadFormatVersion: oneOf('1.0', '2.0'),
    timeoutMilliseconds: range(50, 30_000),
  },
  'aws:apigatewayv2/route:Route': { routeKey: oneOf('$default'), target: matches(/^integrations\/.+$/) },
  'aws:apigatewayv2/stage:Stage': { name: oneOf('$default') },
  'aws:apigatewayv2/domainName:DomainName': {
    'domainNameConfiguration.endpointType': oneOf('REGIONAL'),
    'domainNameConfiguration.securityPolicy': oneOf('TLS_1_2'),
    'domainNameConfiguration.ipAddressType': oneOf('ipv4', 'dualstack'),
  },
  // Letters, digits and $-_.+!*'() between single slashes, none at either end.
  'aws:apigatewayv2/apiMapping:ApiMapping': {
    apiMappingKey: optional(matches(/^[a-zA-Z0-9$\-_.+!*'()]+(\/[a-zA-Z0-9$\-_.+!*'()]+)*$/)),
  },
  'aws:acm/certificate:Certificate': {
    validationMethod: oneOf('DNS', 'EMAIL'),
    domainName: matches(/^(\*\.)?[a-z0-9.-]{1,253}$/),
  },
  'aws:dynamodb/table:Table': {
    name: matches(/^[a-zA-Z0-9_.-]{3,255}$/),
    billingMode: oneOf('PAY_PER_REQUEST', 'PROVISIONED'),
    'attributes.0.type': oneOf('S', 'N', 'B'),
    'attributes.1.type': oneOf('S', 'N', 'B'),
  },
  'aws:cognito/userPool:UserPool': {
    name: matches(/^[\w\s+=,.@-]{1,128}$/),
    userPoolTier: oneOf('LITE', 'ESSENTIALS', 'PLUS'),
    deletionProtection: oneOf('ACTIVE', 'INACTIVE'),
    'accountRecoverySetting.recoveryMechanisms.0.name': oneOf('verified_email', 'verified_phone_number', 'admin_only'),
    schemas: (value) =>
      Array.isArray(value) &&
      value.length <= 50 &&
      value.every(
        ({ name, attributeDataType }) =>
          matches(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,20}$/u)(name) &&
          oneOf('String', 'Number', 'DateTime', 'Boolean')(attributeDataType),
      ),
  },
  'aws:sns/topic:Topic': { name: matches(/^[\w-]{1,256}$/) },
  'aws:route53/record:Record': { type: oneOf('A', 'AAAA', 'CNAME') },
};
