import { randomUUID } from 'node:crypto';
import { IamError } from '../../iam/iam-error.ts';
import { document } from '../common/query-xml.ts';
import { readBody, startServer, type Wire } from '../common/server.ts';
import type { Topic } from '../../deployment.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { messageIn, type Message } from './message.ts';
import { sharedCodes, SnsError } from './sns-error.ts';

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** A message of the largest size, encoded for a form. */
const maxBodyBytes = 1_000_000;

/** Amazon SNS: Publish to a topic, in the query protocol. Nobody is subscribed: each message is a line of the log. */
export const snsSimulator = {
  name: 'sns',
  urlVariables: ['AWS_ENDPOINT_URL_SNS'],
  start,
} satisfies Simulator;

interface Context extends Pick<SimulatorContext, 'iam' | 'region' | 'topics' | 'log'> {
  /** Called with each message; what it throws is answered in place of it. */
  readonly published?: (message: Message) => void;
}

function start(context: Context): Promise<RunningSimulator> {
  return startServer(async ({ incoming, response }) => {
    const requestId = randomUUID();
    const send = (status: number, xml: string): void => {
      response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }).end(xml);
    };
    try {
      await publish(incoming, context);
      const content = { PublishResult: { MessageId: randomUUID() }, ResponseMetadata: { RequestId: requestId } };
      send(200, document('PublishResponse', content, namespace));
    } catch (error) {
      const { status, code, message } = refusal(error);
      const type = status < 500 ? 'Sender' : 'Receiver';
      const content = { Error: { Type: type, Code: code, Message: message }, RequestId: requestId };
      send(status, document('ErrorResponse', content, namespace));
    }
  });
}

async function publish(incoming: Wire['incoming'], { iam, region, topics, log, published }: Context): Promise<void> {
  const body = await readBody(incoming, { bytes: maxBodyBytes, refuse: tooLong });
  const { method = '', url = '', headers } = incoming;
  const caller = await iam.verify({ method, url, headers, body }, { service: 'sns', region });
  const form = new URLSearchParams(body.toString());
  if (form.get('Action') !== 'Publish' || form.get('Version') !== '2010-03-31') {
    throw new SnsError('InvalidAction', 'The local stack knows Publish of the version 2010-03-31 alone.');
  }
  const message = messageIn(form);
  const { topicArn, subject = 'a message without a subject', text } = message;
  if (!iam.allows(caller, 'sns:Publish', topicArn)) {
    throw new SnsError(
      'AuthorizationError',
      `User: ${caller.roleArn} is not authorized to perform: SNS:Publish on resource: ${topicArn} because no identity-based policy allows the SNS:Publish action`,
    );
  }
  const topic = topics.find(({ arn }) => arn === topicArn);
  if (topic === undefined) throw new SnsError('NotFound', 'Topic does not exist');
  checkEncryption(topic, (action, key) => iam.allows(caller, action, key));
  published?.(message);
  log(`sns: ${topic.name}: ${subject}: ${JSON.stringify(text)}\n`);
}

/** SNS encrypts a message in the name of whoever publishes it. Throws the SnsError for one who may not use the topic's key. */
function checkEncryption({ kmsKeyArn: key }: Topic, allows: (action: string, resource: string) => boolean): void {
  const denied = ['kms:GenerateDataKey', 'kms:Decrypt'].find((action) => key !== undefined && !allows(action, key));
  if (denied === undefined) return;
  throw new SnsError('KMSAccessDenied', `The ciphertext refers to a key on which the caller is not allowed ${denied}.`);
}

function tooLong(): SnsError {
  return new SnsError('InvalidParameter', 'Invalid parameter: Message too long');
}

function refusal(error: unknown): Pick<SnsError, 'status' | 'code' | 'message'> {
  if (error instanceof IamError) return new SnsError(sharedCodes[error.name], error.message);
  if (error instanceof SnsError) return error;
  return new SnsError('InternalError', `The simulator failed: ${String(error)}`);
}
