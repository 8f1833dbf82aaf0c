import { randomBytes } from 'node:crypto';
import type { HttpApi } from '../deployment.ts';
import type { Call } from './call.ts';
import { Collector, within } from './collect.ts';
import { payload2, reply2 } from './payload-2.ts';
import { ownMessage, send, type Reply } from './reply.ts';
import { maxHeadBytes, readBody } from './request.ts';

/** Answers as an HTTP API: whole, or with one of its own errors, whose form nobody can change. */
export async function serveHttp(api: HttpApi, call: Call): Promise<void> {
  const id = randomBytes(11).toString('base64').replaceAll(/[+/]/g, 'A');
  const reply = await answer(api, call, id);
  call.request.resume();
  send(call.response, { ...reply, headers: [...reply.headers, ['apigw-requestid', id]] });
}

async function answer(api: HttpApi, { request, head, arrival, throttle, lambda }: Call, id: string): Promise<Reply> {
  if (head.bytes > maxHeadBytes) return ownMessage(431, 'Request Header Fields Too Large');
  if (!throttle.admits(head.time)) return ownMessage(429, 'Too Many Requests');
  const body = await readBody(request);
  if (!body) return tooLarge();
  const event = JSON.stringify(payload2(head, arrival, { body, id }));
  const { target, timeoutMilliseconds } = api.integration;
  const collector = new Collector();
  const invoked = lambda(target.function).invoke(event, { target, take: collector.take });
  const result = await within(timeoutMilliseconds, invoked);
  if (result === 'timeout') return ownMessage(503, 'Service Unavailable');
  if (result.ok) return parseReply(collector.text());
  if (!('refused' in result)) return ownMessage(500, 'Internal Server Error');
  return result.refused === 'too-large' ? tooLarge() : ownMessage(503, 'Service Unavailable');
}

function parseReply(json: string | undefined): Reply {
  const internal = ownMessage(500, 'Internal Server Error');
  try {
    return json === undefined ? internal : (reply2(json) ?? internal);
  } catch {
    // A streamed handler behind an HTTP API answers with what is not JSON.
    return internal;
  }
}

function tooLarge(): Reply {
  return ownMessage(413, 'Request Entity Too Large');
}
