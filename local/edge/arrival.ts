import type { Api, Deployment, Domain } from '../deployment.ts';
import { apiHost } from '../program/mock-outputs.ts';

/** Where a request has arrived: the API, and what is left of the path. */
export interface Arrival {
  readonly api: Api;
  readonly domainName: string;
  /** What the API matches its resources with. */
  readonly route: string;
  /** What the event calls the path: a mapping's key is in it, a stage is not. */
  readonly eventPath: string;
  /** `requestContext.path`, which has the key or the stage. */
  readonly contextPath: string;
  /** Whether header names arrive in lower case: behind mappings of several levels they do (facts of the service). */
  readonly lowerCaseHeaders: boolean;
}

/** Which API of a deployment takes a path. Without a domain it is the only one, under its own host. */
export function arrive({ domain, apis, region }: Deployment, path: string): Arrival | undefined {
  if (domain) return behindDomain(domain, path);
  const [api] = apis;
  return api && underOwnHost(api, path, region);
}

/** The longest key wins, and a key matches as a string: `orders` takes `/ordersandmore` as well. */
function behindDomain(domain: Domain, path: string): Arrival | undefined {
  const matching = domain.mappings.filter(({ key }) => path.startsWith(`/${key}`));
  const [found] = matching.toSorted((one, other) => other.key.length - one.key.length);
  if (!found) return undefined;
  return {
    api: found.api,
    domainName: domain.name,
    route: found.key === '' ? path : rooted(path.slice(1 + found.key.length)),
    eventPath: path,
    contextPath: path,
    lowerCaseHeaders: domain.mappings.some(({ key }) => key.includes('/')),
  };
}

/** The stage is the first segment, unless it is called `$default`. */
function underOwnHost(api: Api, path: string, region: string): Arrival | undefined {
  const prefix = api.stage === '$default' ? '' : `/${api.stage}`;
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return undefined;
  const route = rooted(path.slice(prefix.length));
  const domainName = apiHost(api.id, region);
  return { api, domainName, route, eventPath: route, contextPath: path, lowerCaseHeaders: false };
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
