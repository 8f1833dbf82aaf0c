import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { encodeLabel, endpointOf, endpointResolver } from '../../../function/backends/wire/endpoint.ts';

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

test.each(['', 'us-east-1.example.com', 'us-east-1/', 'a@b', 'US-EAST-1', 'us-east-1\n', '127.0.0.1', 'localhost'])(
  '%j never becomes part of a host name',
  (region) => {
    expect(() => endpointResolver('bedrock', undefined)(region)).toThrow('not the name of an AWS region');
  },
);

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

test.each(['ftp://example.com', 'https://user@example.com', 'not a url', ''])('%j is not an endpoint', (url) => {
  expect(() => endpointOf(url)).toThrow(/endpoint|Invalid URL/);
});

test('a model id is one path segment', () => {
  expect(encodeLabel('arn:aws:bedrock:us-east-1::foundation-model/a.b:0')).toBe(
    'arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fa.b%3A0',
  );
  expect(encodeLabel("a b!'()*~")).toBe('a%20b%21%27%28%29%2A~');
});
