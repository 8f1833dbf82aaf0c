/** The id of the trace that X-Ray keeps of the invocation under way, as Lambda tells it; undefined where X-Ray keeps none. */
export function traceId(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return /Root=([\w-]+).*Sampled=1/.exec(env['_X_AMZN_TRACE_ID'] ?? '')?.[1];
}
