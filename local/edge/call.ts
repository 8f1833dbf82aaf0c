import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LambdaFunction } from '../deployment.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Arrival } from './arrival.ts';
import type { Head } from './request.ts';
import type { Throttle } from './throttle.ts';

/** One request that has found its API. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: Head;
  readonly arrival: Arrival;
  readonly throttle: Throttle;
  readonly lambda: (of: LambdaFunction) => Lambda;
}
