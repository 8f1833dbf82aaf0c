/**
 * A route of a routing table. `path` is a pattern: segments between slashes, each fixed text, `:name` for any one segment, or
 * `:name{.+}` for one or more segments. A slash may follow the whole.
 */
export interface RoutePattern {
  readonly method: string;
  readonly path: string;
}

/** A route that a request is for. */
export interface Match<Target extends RoutePattern> {
  readonly route: Target;
  /** The value of a parameter of its pattern, percent-decoded where that is possible; empty for a name that the pattern has not. */
  readonly param: (name: string) => string;
}

/** Finds the first route whose pattern fits a percent-encoded path, of a method or, where none is given, of any. */
export type Router<Target extends RoutePattern> = (path: string, method?: string) => Match<Target> | undefined;

/** Makes a router of a routing table. Routes without parameters come before those with, otherwise the order of the table counts. */
export function createRouter<Target extends RoutePattern>(routes: readonly Target[]): Router<Target> {
  const fixed = Map.groupBy(routes, ({ path }) => path);
  const patterns = routes
    .filter(({ path }) => path.includes(':'))
    .map((route) => ({ route, pattern: compilePattern(route.path) }));

  return (path, method) => {
    const isServed = (route: Target): boolean => method === undefined || route.method === method;
    const known = fixed.get(path) ?? fixed.get(path.replace(/\/$/, ''));
    const route = known?.find(isServed);
    if (route !== undefined) return { route, param: noParam };
    for (const { route: candidate, pattern } of patterns) {
      const groups = isServed(candidate) ? pattern.exec(path)?.groups : undefined;
      if (groups !== undefined) return { route: candidate, param: (name) => decodeParam(groups[name] ?? '') };
    }
    return undefined;
  };
}

function noParam(): string {
  return '';
}

function compilePattern(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    const [, name, several] = /^:(\w+)(\{\.\+\})?$/.exec(segment) ?? [];
    if (name === undefined) return segment.replaceAll(/[^\w-]/g, String.raw`\$&`);
    return `(?<${name}>${several === undefined ? '[^/]+' : '.+'})`;
  });
  return new RegExp(`^${segments.join('/')}/?$`);
}

/** A value percent-decoded; where some of it is no UTF-8, those runs of codes stay as they are. */
function decodeParam(value: string): string {
  return decoded(value) ?? value.replaceAll(/(?:%[\da-f]{2})+/gi, (run) => decoded(run) ?? run);
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
