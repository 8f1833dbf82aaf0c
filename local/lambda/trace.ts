import { randomBytes } from 'node:crypto';
import type { LambdaFunction } from '../deployment.ts';

/**
 * Makes the trace of an invocation, in the form of the header `X-Amzn-Trace-Id`. Lambda makes one for every invocation; X-Ray keeps those
 * alone that are sampled, here all of a function that is traced.
 */
export function newTrace({ isTraced }: Pick<LambdaFunction, 'isTraced'>): string {
  const time = Math.floor(Date.now() / 1000).toString(16);
  const [id, parent] = [12, 8].map((bytes) => randomBytes(bytes).toString('hex'));
  return `Root=1-${time}-${id};Parent=${parent};Sampled=${isTraced ? 1 : 0}`;
}
