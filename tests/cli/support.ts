import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { commands } from '../../cli/commands/index.ts';
import { run } from '../../cli/run.ts';
import type { Terminal } from '../../cli/terminal.ts';

/** A request as a fake gateway has seen it. */
export interface Seen {
  /** Method and path with its query, such as `GET /v1/whoami`. */
  readonly operation: string;
  readonly body: ReturnType<typeof JSON.parse>;
  readonly headers: IncomingMessage['headers'];
}

/** What a fake gateway answers with: an object as JSON with status 200, or anything by hand. */
export type Reply = object | ((response: ServerResponse) => void);

/** A server that answers with what a test says, in order, and its last answer from then on. */
export interface FakeGateway {
  readonly baseUrl: string;
  readonly seen: Seen[];
  readonly answer: (...replies: Reply[]) => void;
  readonly close: () => Promise<void>;
}

/** Starts a fake gateway on a free port of this machine. */
export async function fakeGateway(): Promise<FakeGateway> {
  const seen: Seen[] = [];
  let replies: Reply[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      const isForm = request.headers['content-type']?.startsWith('multipart/form-data') === true;
      const body = text === '' ? undefined : isForm ? text : JSON.parse(Buffer.from(text, 'latin1').toString());
      seen.push({
        operation: `${request.method} ${decodeURIComponent(request.url ?? '')}`,
        body,
        headers: request.headers,
      });
      send(response, (replies.length > 1 ? replies.shift() : replies[0]) ?? {});
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    seen,
    answer: (...all) => {
      replies = all;
      seen.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, reply: Reply): void {
  if (typeof reply === 'function') return reply(response);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
}

/** OpenAI's error object as an answer. */
export function errorReply(status: number, error: object, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }));
}

/** What a command line has done. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The questions that were asked. */
  readonly questions: readonly string[];
}

/** The machine that a command line runs on. */
export interface Machine extends Partial<Pick<Terminal, 'env' | 'home' | 'columns' | 'isInteractive' | 'isColored'>> {
  /** Standard input. */
  readonly input?: string;
  /** What somebody at the terminal says when asked. */
  readonly reply?: string;
}

/** The time of the tests: 2026-11-29T12:00:00Z, in seconds since the epoch. */
export const nowSeconds = 1_795_953_600;

/** Runs a command line on a machine of its own. */
export async function cli(args: readonly string[], machine: Machine = {}): Promise<Outcome> {
  const printed = { out: '', err: '' };
  const questions: string[] = [];
  const { input, reply = '', ...own } = machine;
  const terminal: Terminal = {
    env: {},
    home: '/nonexistent',
    now: () => nowSeconds * 1_000,
    isInteractive: false,
    isInputTerminal: input === undefined,
    columns: undefined,
    isColored: false,
    out: (text) => {
      printed.out += typeof text === 'string' ? text : Buffer.from(text).toString('latin1');
      return Promise.resolve();
    },
    err: (text) => {
      printed.err += text;
    },
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(reply);
    },
    readInput: () => Promise.resolve(input ?? ''),
    ...own,
  };
  const code = await run(commands, args, terminal);
  return { code, ...printed, questions };
}
