import { randomBytes, randomUUID } from 'node:crypto';
import type { Integration, RestApi } from '../deployment.ts';
import type { Call } from './call.ts';
import { Collector, within } from './collect.ts';
import { gatewayReply, ownErrors, type OwnError } from './gateway-response.ts';
import { payload1, reply1, type RequestIds } from './payload-1.ts';
import { send, type Header, type Reply } from './reply.ts';
import { maxHeadBytes, readBody } from './request.ts';
import { match } from './resources.ts';
import { StreamedAnswer } from './streamed-answer.ts';

/** Answers as a REST API: streamed or whole, or with a gateway response. */
export async function serveRest(api: RestApi, call: Call): Promise<void> {
  const { request, response, head, arrival } = call;
  const ids = { requestId: randomUUID(), extendedRequestId: `${randomBytes(11).toString('base64url')}=` };
  const headers: Header[] = [
    ['x-amzn-requestid', ids.requestId],
    ['x-amz-apigw-id', ids.extendedRequestId],
  ];
  const reply = (answer: Reply): void => send(response, { ...answer, headers: [...answer.headers, ...headers] });
  const refuse = (error: OwnError): void => reply(gatewayReply(error, { api, head, arrival, ids }));
  const admitted = await admit(api, call, ids);
  request.resume();
  if ('refused' in admitted) return refuse(admitted.refused);
  const { event, integration } = admitted;
  const plan = { integration, headers, reply, refuse };
  return integration.transfer === 'stream' ? stream(event, call, plan) : whole(event, call, plan);
}

type Admission = { readonly event: string; readonly integration: Integration } | { readonly refused: OwnError };

/** What API Gateway itself sees to before it calls the function. */
async function admit(api: RestApi, { request, head, arrival, throttle }: Call, ids: RequestIds): Promise<Admission> {
  if (head.bytes > maxHeadBytes) return { refused: ownErrors.headTooLarge };
  const found = match(api.resources, { method: head.method, path: arrival.route });
  if (!found) return { refused: ownErrors.missingToken };
  if (!throttle.admits(head.time)) return { refused: ownErrors.throttled };
  const body = await readBody(request);
  if (!body) return { refused: ownErrors.tooLarge };
  const event = JSON.stringify(payload1(head, { arrival, match: found, api }, { body, ids }));
  return { event, integration: found.integration };
}

interface AnswerPlan {
  readonly integration: Integration;
  readonly headers: readonly Header[];
  readonly reply: (reply: Reply) => void;
  readonly refuse: (error: OwnError) => void;
}

async function stream(
  event: string,
  { response, lambda }: Call,
  { integration, headers, refuse }: AnswerPlan,
): Promise<void> {
  const { target, timeoutMilliseconds } = integration;
  const answer = new StreamedAnswer(response, { timeoutMilliseconds, headers, refuse });
  const take = (bytes: Uint8Array): Promise<void> => answer.take(bytes);
  answer.end(await lambda(target.function).invoke(event, { target, take }));
}

async function whole(event: string, { lambda }: Call, { integration, reply, refuse }: AnswerPlan): Promise<void> {
  const { target, timeoutMilliseconds } = integration;
  const collector = new Collector();
  const invoked = lambda(target.function).invoke(event, { target, take: collector.take });
  const result = await within(timeoutMilliseconds, invoked);
  if (result === 'timeout') return refuse(ownErrors.timeout);
  if (!result.ok && 'refused' in result) {
    return refuse(result.refused === 'too-large' ? ownErrors.tooLarge : ownErrors.internal);
  }
  const answer = result.ok ? parseReply(collector.text()) : undefined;
  return answer ? reply(answer) : refuse(ownErrors.malformed);
}

function parseReply(json: string | undefined): Reply | undefined {
  try {
    return json === undefined ? undefined : reply1(json);
  } catch {
    return undefined;
  }
}
