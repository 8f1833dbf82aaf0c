/** Sends a call as bytes, past everything that a service's own client would check or drop. */
export type Post = (path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;

export function poster(url: string, key: string): Post {
  return async (path, body, headers = {}) =>
    await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    });
}

/** What answers of an OpenAI-compatible server say, without what is new in each: ids, and the time. */
export function lasting(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value: unknown) =>
    name === 'id' || name === 'created' ? typeof value : value,
  );
}
