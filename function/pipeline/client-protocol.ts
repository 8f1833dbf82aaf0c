import type { Failure } from '../dialects/outcome.ts';
import type { Framing } from '../http/framing.ts';
import type { ClientFailure } from '../translate/translation.ts';

/** How answers leave to the clients of one API: the form of its errors, and the frames of its streams. */
export interface ClientProtocol {
  readonly failure: (failure: Failure) => ClientFailure;
  readonly framing: Framing;
  /** The log's name of an error event. */
  readonly errorName: (event: object) => string;
}
