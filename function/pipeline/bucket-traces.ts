import type { HttpRequest } from '../http-values.ts';
import type { Services } from '../request-context.ts';

/**
 * Refuses a body with an address in the bucket in which the stack stores files, whoever pays: Bedrock would read it with the rights of what signs
 * the call. Undefined, at once, for a body that cannot have one, as nearly all. Rejects with the ApiError 400 that names the field.
 */
export function checkAddresses(
  { request: { body }, services }: { readonly request: HttpRequest; readonly services: Pick<Services, 'config'> },
  options: { readonly stackPays: boolean },
): Promise<void> | undefined {
  const { storageBucket: bucket } = services.config;
  if (bucket === undefined || body === undefined) return undefined;
  const json =
    typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  if (!hasTraces(json, bucket)) return undefined;
  return import('./own-bucket.ts').then(({ refuseAddresses }) => refuseAddresses(json, { bucket, ...options }));
}

/** Whether a text may name a bucket or one of its access points, however its characters are written. */
function hasTraces(text: string, bucket: string): boolean {
  return (
    new RegExp(bucket, 'i').test(text) ||
    traces.some((trace) => text.includes(trace)) ||
    // An escaped or encoded character of a name.
    /\\u00[2-7]|%[2-7]/i.test(text)
  );
}

/** What access points are named by, a body in a body, and a text that is not UTF-8. */
const traces = ['s3alias', 'accesspoint', 'ol-s3', 'invokeModel', '\0'];
