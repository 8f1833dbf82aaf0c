import { once } from 'node:events';
import type { InvokeResult } from '../lambda/lambda.ts';
import { cut, isGone, write, type Outgoing } from './exchange.ts';
import { ownErrors, type OwnError } from './gateway-response.ts';
import { restHeaders } from './payload-1.ts';
import { PreludeReader } from './prelude.ts';
import { writeHead, type Header } from './reply.ts';

/** A stream that is silent for longer is cut (regional and private APIs). */
const idleTimeoutMs = 5 * 60 * 1000;

/** Settings of a streamed answer. */
export interface StreamedOptions {
  readonly timeoutMilliseconds: number;
  /** What the edge itself adds to an answer. */
  readonly headers: readonly Header[];
  /** Answers an error, while nothing has been answered yet. */
  readonly refuse: (error: OwnError) => void;
}

/** An answer on its way from a streamed integration to the client. */
export class StreamedAnswer {
  readonly #response: Outgoing;
  readonly #options: StreamedOptions;
  readonly #prelude = new PreludeReader();
  readonly #deadline: NodeJS.Timeout;
  #idle: NodeJS.Timeout;
  #over = false;

  constructor(response: Outgoing, options: StreamedOptions) {
    this.#response = response;
    this.#options = options;
    this.#deadline = setTimeout(() => this.#fail(ownErrors.timeout), options.timeoutMilliseconds);
    this.#idle = setTimeout(() => this.#fail(ownErrors.timeout), idleTimeoutMs);
    // The function is not told when the client has gone: what it still says goes nowhere.
    response.once('close', () => this.#finish());
    if (isGone(response)) this.#finish();
  }

  /** Hands bytes on; resolves when the client can take more. */
  async take(bytes: Uint8Array): Promise<void> {
    if (this.#over) return;
    this.#idle.refresh();
    try {
      const body = this.#response.headersSent ? bytes : this.#begin(bytes);
      if (body.byteLength > 0 && !write(this.#response, body)) await drained(this.#response);
    } catch {
      this.#fail(ownErrors.malformed);
    }
  }

  /** What the end of the invocation means for the client. */
  end(result: InvokeResult): void {
    if (this.#over) return;
    if (!result.ok) this.#fail('refused' in result ? refusals[result.refused] : ownErrors.malformed);
    else if (this.#response.headersSent) this.#response.end();
    // An answer without metadata is none, and an empty one has no metadata.
    else this.#fail(ownErrors.malformed);
    this.#finish();
  }

  #begin(bytes: Uint8Array): Uint8Array {
    const found = this.#prelude.take(bytes);
    if (!found) return new Uint8Array();
    const { status, headers } = found.prelude;
    writeHead(this.#response, { status, headers: [...restHeaders(headers), ...this.#options.headers] });
    return found.rest;
  }

  /** Before the head it is an answer; after it the connection is cut, since the status has gone out. */
  #fail(error: OwnError): void {
    if (this.#over) return;
    this.#finish();
    if (this.#response.headersSent) cut(this.#response);
    else this.#options.refuse(error);
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#idle);
  }
}

const refusals = { 'too-large': ownErrors.tooLarge, throttled: ownErrors.internal } as const;

async function drained(response: Outgoing): Promise<void> {
  const gone = new AbortController();
  const close = (): void => gone.abort();
  response.once('close', close);
  await once(response, 'drain', { signal: gone.signal }).catch(() => {});
  response.off('close', close);
}
