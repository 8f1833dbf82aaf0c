import { isObject } from '../json.ts';
import { accountId } from '../account.ts';
import { shortId } from './identity.ts';
import { randomPassword } from './random-password.ts';

/** A resource as the program declares it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What AWS would answer: the id, and the members that it adds to the inputs. */
export interface Made {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

type Make = (declared: Declared, region: string) => Made;

/** What AWS adds to the resources that others refer to. Where a type is missing, a name and an ARN must do. */
const makers: Readonly<Record<string, Make>> = {
  'aws:lambda/function:Function': ({ name, inputs }, region) => {
    const functionName = text(inputs['name'], name);
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${functionName}`;
    const version = inputs['publish'] === true ? '1' : '$LATEST';
    const qualifiedArn = `${arn}:${version}`;
    const invokeArns = { invokeArn: invokeArn(arn, region), qualifiedInvokeArn: invokeArn(qualifiedArn, region) };
    return { id: functionName, state: { name: functionName, arn, version, qualifiedArn, ...invokeArns } };
  },
  'aws:lambda/alias:Alias': ({ name, inputs }, region) => {
    const alias = text(inputs['name'], name);
    const functionName = functionNameOf(text(inputs['functionName'], ''));
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${functionName}:${alias}`;
    return { id: `${functionName}/${alias}`, state: { name: alias, arn, invokeArn: invokeArn(arn, region) } };
  },
  'aws:iam/role:Role': ({ name, inputs }) => {
    const roleName = text(inputs['name'], name);
    return { id: roleName, state: { name: roleName, arn: `arn:aws:iam::${accountId}:role/${roleName}` } };
  },
  'aws:apigateway/restApi:RestApi': ({ name }, region) => {
    const id = shortId(name);
    return { id, state: { rootResourceId: shortId(`${name}/`), executionArn: executionArn(id, region) } };
  },
  'aws:apigateway/stage:Stage': ({ name, inputs }, region) => {
    const [api, stage] = [text(inputs['restApi'], ''), text(inputs['stageName'], name)];
    return { id: `ags-${api}-${stage}`, state: { invokeUrl: `https://${apiHost(api, region)}/${stage}` } };
  },
  'aws:apigatewayv2/api:Api': ({ name }, region) => {
    const id = shortId(name);
    return { id, state: { apiEndpoint: `https://${apiHost(id, region)}`, executionArn: executionArn(id, region) } };
  },
  'aws:apigatewayv2/stage:Stage': ({ name, inputs }, region) => {
    const stage = text(inputs['name'], name);
    return { id: stage, state: { invokeUrl: `https://${apiHost(text(inputs['apiId'], ''), region)}/` } };
  },
  'aws:apigatewayv2/domainName:DomainName': ({ name, inputs }, region) => {
    const targetDomainName = `d-${shortId(name)}.execute-api.${region}.amazonaws.com`;
    const declared = isObject(inputs['domainNameConfiguration']) ? inputs['domainNameConfiguration'] : {};
    const domainNameConfiguration = { ...declared, targetDomainName, hostedZoneId: 'Z0000000000000EXAMPLE' };
    return { id: text(inputs['domainName'], name), state: { domainNameConfiguration } };
  },
  'aws:acm/certificate:Certificate': ({ name, inputs }, region) => {
    const domainName = text(inputs['domainName'], name);
    const record = { resourceRecordName: `_${shortId(name)}.${domainName}.`, resourceRecordType: 'CNAME' };
    const option = { domainName, ...record, resourceRecordValue: `_${shortId(domainName)}.acm-validations.aws.` };
    const arn = `arn:aws:acm:${region}:${accountId}:certificate/${shortId(name)}`;
    return { id: arn, state: { arn, domainValidationOptions: [option] } };
  },
  'aws:dynamodb/table:Table': ({ name, inputs }, region) => {
    const table = text(inputs['name'], name);
    return { id: table, state: { name: table, arn: `arn:aws:dynamodb:${region}:${accountId}:table/${table}` } };
  },
  'aws:cognito/userPool:UserPool': ({ name }, region) => {
    const id = `${region}_${shortId(name).slice(0, 9)}`;
    return { id, state: { arn: `arn:aws:cognito-idp:${region}:${accountId}:userpool/${id}` } };
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': ({ name, inputs }, region) => {
    return alarm(text(inputs['name'], name), region);
  },
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': ({ name, inputs }, region) => {
    return alarm(text(inputs['alarmName'], name), region);
  },
  'aws:sns/topic:Topic': ({ name, inputs }, region) => {
    const topic = text(inputs['name'], name);
    const arn = `arn:aws:sns:${region}:${accountId}:${topic}`;
    return { id: arn, state: { name: topic, arn } };
  },
  'aws:s3/bucket:Bucket': ({ name, inputs }, region) => {
    // Without a name the provider makes one up, as everybody's buckets share their names.
    const bucket = text(inputs['bucket'], `${name}-${shortId(name)}`);
    const state = {
      bucket,
      arn: `arn:aws:s3:::${bucket}`,
      bucketDomainName: `${bucket}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
    };
    return { id: bucket, state };
  },
  'random:index/randomPassword:RandomPassword': ({ inputs }) => {
    return { id: 'none', state: { result: randomPassword(inputs) } };
  },
  'aws:route53/record:Record': ({ name, inputs }) => {
    return { id: shortId(name), state: { fqdn: text(inputs['name'], name) } };
  },
};

/** What AWS would make of a declared resource. */
export function make(declared: Declared, region: string): Made {
  const { type, name, inputs } = declared;
  const service = type.split(':')[1]?.split('/')[0] ?? '';
  const id = shortId(`${type}${name}`);
  const common = { name, arn: `arn:aws:${service}:${region}:${accountId}:${name}`, ...inputs };
  const made = makers[type]?.(declared, region);
  return { id: made?.id ?? id, state: { ...common, ...made?.state } };
}

/** What a program may ask AWS while it runs. Throws for a call that the local stack does not know. */
export function answer(
  token: string,
  asked: Readonly<Record<string, unknown>>,
  { region, account }: { readonly region: string; readonly account: string },
): object {
  const answers: Readonly<Record<string, () => object>> = {
    'aws:index/getRegion:getRegion': () => ({ id: region, region, name: region, description: region }),
    'aws:index/getCallerIdentity:getCallerIdentity': () => ({ id: account, accountId: account, userId: 'local' }),
    'aws:index/getPartition:getPartition': () => ({ id: 'aws', partition: 'aws', dnsSuffix: 'amazonaws.com' }),
    // The root holds every name, so a zone that the config names by its id holds the domain.
    'aws:route53/getZone:getZone': () => ({
      name: '.',
      id: 'Z0000000000000LOCAL',
      zoneId: 'Z0000000000000LOCAL',
      ...asked,
    }),
  };
  const found = answers[token];
  if (!found) throw new Error(`the program asks AWS for ${token}, which the local stack does not know`);
  return found();
}

function alarm(name: string, region: string): Made {
  return { id: name, state: { arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}` } };
}

function invokeArn(arn: string, region: string): string {
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}

function executionArn(id: string, region: string): string {
  return `arn:aws:execute-api:${region}:${accountId}:${id}`;
}

/** The host that AWS gives an API. */
export function apiHost(id: string, region: string): string {
  return `${id}.execute-api.${region}.amazonaws.com`;
}

/** Name of a function, from a name or an ARN with or without qualifier. */
export function functionNameOf(reference: string): string {
  return reference.startsWith('arn:') ? (reference.split(':')[6] ?? '') : (reference.split(':')[0] ?? '');
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
