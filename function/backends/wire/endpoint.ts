import type { Host } from './sockets.ts';

/** A base URL taken apart once, for all requests to it. */
export interface Endpoint {
  readonly host: Host;
  /** The path prefix of an override, without a slash at its end. */
  readonly prefix: string;
}

/** Parts of AWS with a DNS suffix of their own, by the beginning of their regions' names (AWS's partitions.json). */
const dnsSuffixes: readonly (readonly [string, string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['eusc-', 'amazonaws.eu'],
];

/** Of any other region, GovCloud's included. */
const publicSuffix = 'amazonaws.com';

const ports = { 'http:': 80, 'https:': 443 };

/** How services of AWS that models are asked at begin their host names. */
export type AwsService = 'bedrock' | 'bedrock-runtime' | 'runtime.sagemaker';

/** Where a service of a region is. The region must have been checked: it becomes part of a host name. */
function regionalEndpoint(service: AwsService, region: string): Endpoint {
  // The last line of defence: nothing but a region's characters ever enters a host name.
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region)) throw new Error('not the name of an AWS region');
  const suffix = dnsSuffixes.find(([start]) => region.startsWith(start))?.[1] ?? publicSuffix;
  return { host: { protocol: 'https:', hostname: `${service}.${region}.${suffix}`, port: 443 }, prefix: '' };
}

/** An endpoint given by its URL, as AWS's own variables do. Its path is kept as a prefix. */
export function endpointOf(url: string): Endpoint {
  const { protocol, hostname, port, pathname, username } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error('an endpoint is an http or https URL');
  if (username !== '') throw new Error('an endpoint has no user name');
  return {
    host: {
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? ports[protocol] : Number(port),
    },
    prefix: pathname.replace(/\/+$/, ''),
  };
}

/** A service's endpoint by region; an override is for all regions. */
export function endpointResolver(service: AwsService, url: string | undefined): (region: string) => Endpoint {
  if (url !== undefined && url !== '') {
    const endpoint = endpointOf(url);
    return () => endpoint;
  }
  const known = new Map<string, Endpoint>();
  return (region) => {
    const endpoint = known.get(region) ?? regionalEndpoint(service, region);
    known.set(region, endpoint);
    return endpoint;
  };
}

/** The `host` header, as Node writes it itself for headers that are no list: the port only where it is not the protocol's own. */
export function hostHeader({ protocol, hostname, port }: Host): string {
  const name = hostname.includes(':') ? `[${hostname}]` : hostname;
  return port === (protocol === 'https:' ? 443 : 80) ? name : `${name}:${port}`;
}

/** One path segment or query value, percent-encoded as AWS's own client does it: RFC 3986, so `!'()*` as well. */
export function encodeLabel(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
