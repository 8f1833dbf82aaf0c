import type { Integration, RestResource } from '../deployment.ts';

/** A resource of a REST API that takes a path, and what its variables stand for. */
export interface Match {
  readonly resource: RestResource;
  readonly integration: Integration;
  /** Path parameters, still percent-encoded; null when there are none. */
  readonly parameters: Readonly<Record<string, string>> | null;
}

/** The resource and method for a request. Fixed segments go before variables, and those before `{proxy+}`. */
export function match(
  resources: readonly RestResource[],
  { method, path }: { method: string; path: string },
): Match | undefined {
  const candidates = resources.flatMap((resource) => {
    const parameters = fit(resource.path, path);
    const integration = resource.methods.get(method) ?? resource.methods.get('ANY');
    return parameters && integration ? [{ resource, integration, parameters }] : [];
  });
  const [best] = candidates.toSorted((one, other) => (rank(one.resource.path) < rank(other.resource.path) ? -1 : 1));
  if (!best) return undefined;
  return { ...best, parameters: Object.keys(best.parameters).length > 0 ? best.parameters : null };
}

function fit(pattern: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const source = pattern.replaceAll(/\{(\w+)(\+?)\}|[^{}]+/g, (text, name: string | undefined, greedy: string) => {
    if (name === undefined) return text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
    names.push(name);
    return greedy === '+' ? '(.+)' : '([^/]+)';
  });
  const found = new RegExp(`^${source}$`).exec(path);
  return found ? Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])) : undefined;
}

/** Sorts segment by segment: fixed, then variable, then greedy (the tilde comes after whatever a path begins with). */
function rank(pattern: string): string {
  return pattern.replaceAll(/\{\w+\+\}/g, '~~').replaceAll(/\{\w+\}/g, '~');
}
