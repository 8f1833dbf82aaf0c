import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { evaluate, type Resource } from '../local/program/evaluate.ts';
import { svg, type Arrow, type Box } from './picture-svg.ts';

/** A stack with every kind of target, as the picture shows it. */
const stack = {
  project: 'bedrock-gateway',
  stack: 'prod',
  region: 'us-east-1',
  config: {
    'aws:region': 'us-east-1',
    'bedrock-gateway:domain': 'example.com',
    'bedrock-gateway:openaiKeyArn': 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai-AbCdEf',
    'bedrock-gateway:models': JSON.stringify({
      'gpt-4o': { target: 'bedrock:us.amazon.nova-pro-v1:0' },
      'gpt-4o-mini': { target: 'openai:gpt-4o-mini' },
      tiny: { target: 'sagemaker:my-vllm-endpoint' },
    }),
    'bedrock-gateway:callers': JSON.stringify([{ id: 'support-app', sha256: '0'.repeat(64) }]),
  },
};

/** The picture of README.md, written by `npm run picture`: the resources of the Pulumi program, and the services that its roles may call. */
async function picture(): Promise<string> {
  const { resources } = await evaluate(() => import('../index.ts'), stack);
  const domain = one(resources, 'aws:apigatewayv2/domainName:DomainName');
  const apis = ['aws:apigateway/restApi:RestApi', 'aws:apigatewayv2/api:Api'].map((type) => one(resources, type));
  const functions = apis.map((api) => functionBehind(api, resources));
  return svg({
    title: 'One stack: a domain, two APIs of API Gateway, a Lambda function behind each, and the models that they call',
    frame: 'one Pulumi stack in your AWS account, in which nothing runs while nobody calls',
    boxes: [
      ...clients(text(domain.inputs['domainName'])),
      domainBox(domain, resources),
      ...apis.map((api, row) => apiBox(api, row, resources)),
      ...functions.map(functionBox),
      ...logBoxes(resources),
      ...roleBoxes(resources),
      ...upstreams(resources),
    ],
    arrows: [
      { from: 'openai clients', to: domain.id },
      { from: 'aws clients', to: domain.id },
      ...apis.map((api) => ({ from: domain.id, to: api.id })),
      ...apis.map((api, index) => ({ from: api.id, to: text(functions[index]?.id) })),
      ...functions.flatMap(({ id }) => [
        { from: id, to: 'bedrock' },
        { from: id, to: 'openai' },
      ]),
      ...logArrows(apis, resources),
      ...roleArrows(functions, resources),
    ],
  });
}

function clients(host: string): Box[] {
  const outside = { column: 0, kind: 'outside' } as const;
  return [
    { ...outside, id: 'openai clients', row: 0, title: "OpenAI's clients", lines: ['base URL', `https://${host}/v1`] },
    { ...outside, id: 'aws clients', row: 1, title: "AWS's clients", lines: ['endpoint URL', `https://${host}`] },
  ];
}

function domainBox({ id, inputs }: Resource, resources: readonly Resource[]): Box {
  one(resources, 'aws:acm/certificate:Certificate');
  const records = all(resources, 'aws:route53/record:Record').filter(({ inputs: record }) => record['name'] === id);
  const types = records.map(({ inputs: record }) => text(record['type'])).toSorted();
  const lines = ['certificate of ACM', `${types.join(' and ')} in Route 53`];
  return { id, column: 1, row: 0, title: text(inputs['domainName']), lines, kind: 'edge' };
}

/** A box for an API, with the paths that the domain maps to it and the timeout of its integrations. */
function apiBox({ id, type }: Resource, row: number, resources: readonly Resource[]): Box {
  const paths = pathLines(mappings(id, resources));
  const seconds = Number(integration(id, resources).inputs['timeoutMilliseconds']) / 1000;
  const streams = integration(id, resources).inputs['responseTransferMode'] === 'STREAM';
  const answers = streams ? `streams for up to ${seconds / 60} min` : `whole answers within ${seconds} s`;
  const title = type.startsWith('aws:apigateway/') ? 'REST API' : 'HTTP API';
  return { id, column: 2, row, title, lines: [...paths, answers], kind: 'edge' };
}

/** Lines with the first paths of an API, and the number of further ones. */
function pathLines(keys: readonly string[]): string[] {
  if (keys.includes('')) return ['every other path'];
  const [first = '', second = '', third = '', fourth = '', ...aliases] = keys.map((key) => key.replace('v1/', '/'));
  return [`/v1${first}`, `${second}, ${third}`, `/${fourth}, and ${aliases.length} aliases`];
}

function functionBox({ id, inputs }: Resource, row: number): Box {
  const entry = text(inputs['handler']).split('.').at(-1) ?? '';
  const megabytes = Number(inputs['memorySize']).toLocaleString('en-US');
  const lines = [`${text(inputs['runtime'])}, ${megabytes} MB`, 'a role and a log of its own'];
  return { id, column: 3, row, title: `Lambda: ${entry}`, lines, kind: 'function' };
}

function logBoxes(resources: readonly Resource[]): Box[] {
  const groups = all(resources, 'aws:cloudwatch/logGroup:LogGroup');
  const days = Math.max(...groups.map(({ inputs }) => Number(inputs['retentionInDays'])));
  const lines = [`${groups.length} log groups, kept for ${days} days`, 'no key and no prompt in them'];
  return [{ id: 'logs', column: 2, row: 2, title: 'CloudWatch Logs', lines, kind: 'support' }];
}

/** Arrows from each API whose stage writes an access log. */
function logArrows(apis: readonly Resource[], resources: readonly Resource[]): Arrow[] {
  const stages = resources.filter(({ type, inputs }) => type.endsWith(':Stage') && 'accessLogSettings' in inputs);
  const logged = apis.filter(({ id }) => stages.some(({ inputs }) => ownerOf(inputs) === id));
  return logged.map(({ id }) => ({ from: id, to: 'logs', dashed: true }));
}

/** The role that pays, if there is one: the role that other roles may assume. */
function spendingRole(resources: readonly Resource[]): Resource | undefined {
  return all(resources, 'aws:iam/role:Role').find(({ inputs }) => text(inputs['assumeRolePolicy']).includes('"AWS"'));
}

function roleBoxes(resources: readonly Resource[]): Box[] {
  const role = spendingRole(resources);
  if (role === undefined) return [];
  const lines = ['assumed where the stack pays', 'the configured models only'];
  return [{ id: role.id, column: 3, row: 2, title: 'Spending role', lines, kind: 'support' }];
}

function roleArrows(functions: readonly Resource[], resources: readonly Resource[]): Arrow[] {
  const role = spendingRole(resources);
  const last = functions.at(-1);
  if (role === undefined || last === undefined) return [];
  const targets = ['bedrock', 'sagemaker'].filter((service) => mayCall(role, service, resources));
  return [{ from: last.id, to: role.id, dashed: true }, ...targets.map((to) => ({ from: role.id, to, dashed: true }))];
}

function upstreams(resources: readonly Resource[]): Box[] {
  const role = spendingRole(resources);
  const secret = all(resources, 'aws:iam/rolePolicy:RolePolicy').some(({ inputs }) =>
    text(inputs['policy']).includes('secretsmanager:GetSecretValue'),
  );
  const outside = { column: 4, kind: 'outside' } as const;
  const bedrock = ["the caller's own key,", 'forwarded, never stored'];
  return [
    { ...outside, id: 'bedrock', row: 0, title: 'Amazon Bedrock', lines: bedrock },
    {
      ...outside,
      id: 'openai',
      row: 1,
      title: 'OpenAI-compatible',
      lines: ['server anywhere', ...(secret ? ['its key in Secrets Manager'] : [])],
    },
    ...(role && mayCall(role, 'sagemaker', resources)
      ? [{ ...outside, id: 'sagemaker', row: 2, title: 'SageMaker', lines: ['your endpoints'] }]
      : []),
  ];
}

function mayCall(role: Resource, service: string, resources: readonly Resource[]): boolean {
  return all(resources, 'aws:iam/rolePolicy:RolePolicy').some(
    ({ inputs }) => inputs['role'] === role.id && text(inputs['policy']).includes(`"${service}:Invoke`),
  );
}

/** The mapping keys of the domain for an API. */
function mappings(api: string, resources: readonly Resource[]): string[] {
  const own = all(resources, 'aws:apigatewayv2/apiMapping:ApiMapping').filter(({ inputs }) => inputs['apiId'] === api);
  return own.map(({ inputs }) => text(inputs['apiMappingKey']));
}

function integration(api: string, resources: readonly Resource[]): Resource {
  const own = resources.find(({ type, inputs }) => type.endsWith(':Integration') && ownerOf(inputs) === api);
  if (own === undefined) throw new Error(`the API ${api} has no integration`);
  return own;
}

function ownerOf(inputs: Resource['inputs']): unknown {
  return inputs['restApi'] ?? inputs['apiId'];
}

function functionBehind(api: Resource, resources: readonly Resource[]): Resource {
  const { uri, integrationUri } = integration(api.id, resources).inputs;
  const address = text(uri ?? integrationUri);
  const own = all(resources, 'aws:lambda/function:Function').find(({ id }) => address.includes(`:function:${id}:`));
  if (own === undefined) throw new Error(`the API ${api.name} calls no function of the stack`);
  return own;
}

function all(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}

function one(resources: readonly Resource[], type: string): Resource {
  const [found, another] = all(resources, type);
  if (found === undefined || another !== undefined) throw new Error(`the picture expects one resource of type ${type}`);
  return found;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const file = process.argv[2] ?? path.join(path.dirname(import.meta.dirname), 'docs', 'stack.svg');
writeFileSync(file, await picture());
