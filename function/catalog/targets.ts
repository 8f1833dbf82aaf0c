import type { BackendFacts, BackendFactsByName, Target } from './catalog.ts';

/** A target at its first colon; what stands before it need not be a backend. Undefined without a colon. */
export function parseTarget(target: string): Pick<Target, 'backend' | 'model'> | undefined {
  const colon = target.indexOf(':');
  return colon < 0 ? undefined : { backend: target.slice(0, colon), model: target.slice(colon + 1) };
}

/** Whether a text names a backend that there is, and then what may be a model of it. */
export function isTarget(text: string, backendFacts: BackendFactsByName): boolean {
  const parsed = parseTarget(text);
  return (
    parsed !== undefined &&
    Object.hasOwn(backendFacts, parsed.backend) &&
    factsOf(parsed, backendFacts).isModel(parsed.model)
  );
}

/**
 * What is known of the backend of a checked target. Throws for a backend that does not exist, which a checked catalog rules out.
 */
export function factsOf({ backend }: Pick<Target, 'backend'>, backendFacts: BackendFactsByName): BackendFacts {
  const facts = backendFacts[backend];
  if (facts === undefined) throw new Error('a target names a backend that was not checked');
  return facts;
}
