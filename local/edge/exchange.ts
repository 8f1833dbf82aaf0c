import type { IncomingMessage, ServerResponse } from 'node:http';
import { Http2ServerResponse, constants, type Http2ServerRequest } from 'node:http2';

/** A request of either version of HTTP. */
export type Incoming = IncomingMessage | Http2ServerRequest;

/** The answer to it. */
export type Outgoing = ServerResponse | Http2ServerResponse;

/** Whether there is nobody left to answer. */
export function isGone(response: Outgoing): boolean {
  return response instanceof Http2ServerResponse ? response.stream.destroyed : response.closed || response.destroyed;
}

/** Sends status and headers, which HTTP/1.1 would otherwise keep until the first byte of the body. */
export function sendHead(response: Outgoing, status: number): void {
  if (response instanceof Http2ServerResponse) return void response.writeHead(status);
  response.statusCode = status;
  response.flushHeaders();
}

/** Hands bytes to the client; false when it has to catch up first. What answers HEAD has no body, whatever is written. */
export function write(response: Outgoing, bytes: Uint8Array | string): boolean {
  if (!(response instanceof Http2ServerResponse)) return response.write(bytes);
  return response.stream.writableEnded || response.write(bytes);
}

/** Ends an answer so that the client sees it is not whole: HTTP/2 resets the one stream, HTTP/1.1 has its connection alone. */
export function cut(response: Outgoing): void {
  if (response instanceof Http2ServerResponse) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}
