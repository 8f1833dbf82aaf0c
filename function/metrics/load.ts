import type { Catalog } from '../catalog/catalog.ts';
import { pricesOf, type PriceOf } from '../metering/prices.ts';
import type { Measure } from '../request-context.ts';
import { createMeasure } from './measure.ts';
import { traceId } from './trace-id.ts';

/**
 * Makes what writes the metrics of a function, by its environment variables; `now` is in milliseconds since the epoch. To be loaded when
 * the answer to its first request is over.
 */
export function loadMeasure(
  env: Readonly<Record<string, string | undefined>>,
  catalog: Catalog,
  now: () => number,
): Measure {
  const projects = env['METRICS_PROJECTS'];
  return createMeasure({
    namespace: env['METRICS_NAMESPACE'] ?? '',
    projects: projects === undefined ? [] : projects.split(','),
    version: `${env['AWS_LAMBDA_FUNCTION_NAME']}:${env['AWS_LAMBDA_FUNCTION_VERSION']}`,
    // An environment of provisioned concurrency has started before anybody needed it.
    startsCold: env['AWS_LAMBDA_INITIALIZATION_TYPE'] === 'on-demand',
    priceOf: pricesIn(catalog),
    trace: env['TRACING'] === undefined ? () => undefined : () => traceId(env),
    now,
  });
}

/** A line of the log is no reason to fail: where prices of the catalog are none, every answer counts as one without a price. */
function pricesIn(catalog: Catalog): PriceOf {
  try {
    return pricesOf(catalog);
  } catch {
    return () => undefined;
  }
}
