import type { LambdaFunction } from '../deployment.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Arrival } from './arrival.ts';
import type { Incoming, Outgoing } from './exchange.ts';
import type { Head } from './request.ts';
import type { Throttle } from './throttle.ts';

/** One request that has found its API. */
export interface Call {
  readonly request: Incoming;
  readonly response: Outgoing;
  readonly head: Head;
  readonly arrival: Arrival;
  readonly throttle: Throttle;
  readonly lambda: (of: LambdaFunction) => Lambda;
}
