import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

/** The head of an answer without a connection; what a test pushes is its body. */
export function answerOf(statusCode: number, headers: Readonly<Record<string, string>> = {}): IncomingMessage {
  const answer = new IncomingMessage(new Socket());
  answer.statusCode = statusCode;
  Object.assign(answer.headers, headers);
  return answer;
}

/** A whole answer with this body, in one chunk each. */
export function wholeAnswer(
  statusCode: number,
  chunks: readonly (string | Buffer)[],
  headers: Readonly<Record<string, string>> = {},
): IncomingMessage {
  const answer = answerOf(statusCode, headers);
  for (const chunk of chunks) answer.push(chunk);
  answer.push(null);
  return answer;
}
