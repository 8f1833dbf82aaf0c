import type { Host } from './sockets.ts';

/** A parsed base URL, for all requests to it. */
export interface ServiceEndpoint {
  readonly host: Host;
  /** The path prefix of an override, without a trailing slash. */
  readonly prefix: string;
}

/** DNS suffixes of AWS's other partitions, by the start of their regions' names (AWS's partitions.json). */
const dnsSuffixes: readonly (readonly [string, string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['eusc-', 'amazonaws.eu'],
];

/** The DNS suffix of all other regions, including GovCloud. */
const publicSuffix = 'amazonaws.com';

/** The suffix of the newer endpoints that have IPv6 as well, in the partitions that have bedrock-mantle (Bedrock user guide, "Endpoints"). */
const dualStackSuffix = 'api.aws';

const ports = { 'http:': 80, 'https:': 443 };

/** How the host names of the AWS services start that are called without AWS's own clients. */
export type AwsService = 'bedrock' | 'bedrock-mantle' | 'bedrock-runtime' | 'dynamodb' | 'runtime.sagemaker';

/** The endpoint of a service in a region, which becomes part of a host name. Throws an Error for anything but a region's name. */
function regionalEndpoint(service: AwsService, region: string): ServiceEndpoint {
  // The last line of defence: only a region's characters ever enter a host name.
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region)) throw new Error('not the name of an AWS region');
  const suffix = suffixOf(service, region);
  return { host: { protocol: 'https:', hostname: `${service}.${region}.${suffix}`, port: 443 }, prefix: '' };
}

function suffixOf(service: AwsService, region: string): string {
  if (service === 'bedrock-mantle') return dualStackSuffix;
  return dnsSuffixes.find(([start]) => region.startsWith(start))?.[1] ?? publicSuffix;
}

/**
 * The endpoint of a base URL, as in AWS's own variables; its path is kept as a prefix. Throws an Error for a URL that is not http or https,
 * or that has a user name.
 */
export function endpointOf(url: string): ServiceEndpoint {
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

/** Returns a lookup of a service's endpoint by region; an override serves all regions. */
export function endpointResolver(service: AwsService, url: string | undefined): (region: string) => ServiceEndpoint {
  if (url !== undefined && url !== '') {
    const endpoint = endpointOf(url);
    return () => endpoint;
  }
  const known = new Map<string, ServiceEndpoint>();
  return (region) => {
    const endpoint = known.get(region) ?? regionalEndpoint(service, region);
    known.set(region, endpoint);
    return endpoint;
  };
}

/** The `host` header as Node writes it for headers that are not a list: with the port only where it is not the protocol's default. */
export function hostHeader({ protocol, hostname, port }: Host): string {
  const name = hostname.includes(':') ? `[${hostname}]` : hostname;
  return port === (protocol === 'https:' ? 443 : 80) ? name : `${name}:${port}`;
}

/** Encodes one path segment or query value as AWS's own client does: RFC 3986, so `!'()*` as well. */
export function encodeLabel(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
