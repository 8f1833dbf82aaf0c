import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { encodeLabel, endpointOf, endpointResolver, hostHeader } from '../../../function/backends/wire/endpoint.ts';

const regions = [
  'us-east-1',
  'ap-southeast-5',
  'us-gov-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'us-isof-south-1',
  'eu-isoe-west-1',
  'eusc-de-east-1',
  'mx-central-1',
];

test.each(regions)("the hosts of %s are those of AWS's own clients", (region) => {
  const runtime = new BedrockRuntimeClient({ region }).config.endpointProvider({ Region: region }).url.href;
  const control = new BedrockClient({ region }).config.endpointProvider({ Region: region }).url.href;
  expect(`https://${endpointResolver('bedrock-runtime', undefined)(region).host.hostname}/`).toBe(runtime);
  expect(`https://${endpointResolver('bedrock', undefined)(region).host.hostname}/`).toBe(control);
});

/** Beside AWS's clients, so that neither of the two can change unnoticed. */
const hosts: readonly (readonly ['bedrock' | 'bedrock-runtime' | 'runtime.sagemaker', string, string])[] = [
  ['bedrock', 'us-east-1', 'bedrock.us-east-1.amazonaws.com'],
  ['bedrock-runtime', 'us-gov-west-1', 'bedrock-runtime.us-gov-west-1.amazonaws.com'],
  ['runtime.sagemaker', 'eu-central-1', 'runtime.sagemaker.eu-central-1.amazonaws.com'],
  ['bedrock-runtime', 'cn-north-1', 'bedrock-runtime.cn-north-1.amazonaws.com.cn'],
  ['runtime.sagemaker', 'us-iso-east-1', 'runtime.sagemaker.us-iso-east-1.c2s.ic.gov'],
  ['bedrock', 'us-isob-east-1', 'bedrock.us-isob-east-1.sc2s.sgov.gov'],
  ['bedrock', 'us-isof-south-1', 'bedrock.us-isof-south-1.csp.hci.ic.gov'],
  ['bedrock', 'eu-isoe-west-1', 'bedrock.eu-isoe-west-1.cloud.adc-e.uk'],
  ['bedrock', 'eusc-de-east-1', 'bedrock.eusc-de-east-1.amazonaws.eu'],
];

test.each(hosts)('%s in %s is %s', (service, region, hostname) => {
  for (const override of [undefined, '']) {
    expect(endpointResolver(service, override)(region)).toEqual({
      host: { protocol: 'https:', hostname, port: 443 },
      prefix: '',
    });
  }
});

test('an endpoint is made once for each region, and an override serves all', () => {
  const resolve = endpointResolver('bedrock', undefined);
  expect(resolve('us-east-1')).toBe(resolve('us-east-1'));
  expect(resolve('us-east-1')).not.toEqual(resolve('us-west-2'));
  const override = endpointResolver('bedrock', 'http://127.0.0.1:9000/a');
  expect(override('us-east-1')).toBe(override('anywhere'));
});

test.each([
  ['https:', 443, 'example.com'],
  ['https:', 80, 'example.com:80'],
  ['http:', 80, 'example.com'],
  ['http:', 443, 'example.com:443'],
] as const)('the host header of %s on port %d is %s', (protocol, port, header) => {
  expect(hostHeader({ protocol, hostname: 'example.com', port })).toBe(header);
});

test('the host header of an IPv6 address has brackets', () => {
  expect(hostHeader({ protocol: 'http:', hostname: '::1', port: 9000 })).toBe('[::1]:9000');
});

test.each([
  '',
  'us-east-1.example.com',
  'a-1',
  'abcde-a-1',
  'us-east-123',
  'us-east-',
  'us-east-1/',
  'a@b',
  'US-EAST-1',
  'us-east-1\n',
  '127.0.0.1',
  'localhost',
])('%j never becomes part of a host name', (region) => {
  expect(() => endpointResolver('bedrock', undefined)(region)).toThrow('not the name of an AWS region');
});

test('an override keeps its scheme, port and path', () => {
  expect(endpointOf('http://127.0.0.1:9000')).toEqual({
    host: { protocol: 'http:', hostname: '127.0.0.1', port: 9000 },
    prefix: '',
  });
  expect(endpointOf('https://proxy.example.com/bedrock/')).toEqual({
    host: { protocol: 'https:', hostname: 'proxy.example.com', port: 443 },
    prefix: '/bedrock',
  });
  expect(endpointOf('http://[::1]:80/a').host).toEqual({ protocol: 'http:', hostname: '::1', port: 80 });
});

test('an override has the default port of its scheme', () => {
  expect(endpointOf('http://example.com//').host).toEqual({ protocol: 'http:', hostname: 'example.com', port: 80 });
  expect(endpointOf('http://example.com/a//').prefix).toBe('/a');
});

test.each([
  ['ftp://example.com', 'an endpoint is an http or https URL'],
  ['https://user@example.com', 'an endpoint has no user name'],
  ['not a url', 'Invalid URL'],
  ['', 'Invalid URL'],
])('%j is not an endpoint', (url, message) => {
  expect(() => endpointOf(url)).toThrow(message);
});

test('a model id is one path segment', () => {
  expect(encodeLabel('arn:aws:bedrock:us-east-1::foundation-model/a.b:0')).toBe(
    'arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fa.b%3A0',
  );
  expect(encodeLabel("a b!'()*~")).toBe('a%20b%21%27%28%29%2A~');
});
