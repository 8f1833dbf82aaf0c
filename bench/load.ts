import { Client, type Dispatcher } from 'undici';

/** One request, made beforehand. */
export interface Shot {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** How hard, and how long: until the time is over or the number is reached. */
export interface Volley {
  readonly connections: number;
  readonly ms?: number;
  readonly requests?: number;
  /** Called with the first bytes of each answer's body, and with its end. */
  readonly onTimes?: (firstMs: number, totalMs: number) => void;
}

/** What came back. */
export interface Salvo {
  readonly requests: number;
  readonly ms: number;
}

/** Fires the same request over kept-alive connections, one at a time on each. Any answer but a 200 ends the run. */
export async function fire(shot: Shot, volley: Volley): Promise<Salvo> {
  const clients = Array.from({ length: volley.connections }, () => new Client(shot.origin, { pipelining: 1 }));
  const began = performance.now();
  const until = began + (volley.ms ?? Number.POSITIVE_INFINITY);
  let left = volley.requests ?? Number.POSITIVE_INFINITY;
  let requests = 0;
  const goOn = (): boolean => {
    left -= 1;
    return left >= 0 && performance.now() < until;
  };
  await Promise.all(
    clients.map(async (client) => {
      while (goOn()) {
        await once(client, shot, volley.onTimes);
        requests += 1;
      }
    }),
  );
  const ms = performance.now() - began;
  await Promise.all(clients.map((client) => client.destroy()));
  return { requests, ms };
}

function once(client: Client, { path, headers, body }: Shot, onTimes: Volley['onTimes']): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = performance.now();
    let first = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_controller, status) {
        if (status !== 200) throw new Error(`${path} answered ${status}`);
      },
      onResponseData() {
        if (first === 0) first = performance.now();
      },
      onResponseEnd() {
        onTimes?.(first - sent, performance.now() - sent);
        resolve();
      },
      onResponseError: (_controller, error) => reject(error),
    };
    client.dispatch({ method: 'POST', path, headers, body }, handler);
  });
}

/**
 * Tries a request once: what is measured must be the right answer, with every piece of it. Throws when the response is another
 * one.
 */
export async function probe({ origin, path, headers, body }: Shot, piece: string, pieces: number): Promise<void> {
  const response = await fetch(origin + path, { method: 'POST', headers, body: new Uint8Array(body) });
  const text = await response.text();
  if (response.status === 200 && text.split(piece).length > pieces) return;
  throw new Error(`${origin}${path} answered ${response.status}, not what is to be measured: ${text.slice(0, 500)}`);
}
