import { once } from 'node:events';
import { homedir } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';

const maxInputBytes = 1_024 ** 2;

/** The terminal of this process. A reader that goes away, such as `head`, ends it silently. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    env,
    home: homedir(),
    now: Date.now,
    isInteractive: stdin.isTTY && stderr.isTTY,
    isInputTerminal: stdin.isTTY,
    columns: stdout.isTTY ? stdout.columns : undefined,
    isColored: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    out: async (text) => {
      if (!stdout.write(text)) await once(stdout, 'drain');
    },
    err: (text) => void stderr.write(text),
    ask,
    readInput,
  };
}

function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.on('SIGINT', () => process.exit(130));
    lines.on('close', () => resolve(''));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxInputBytes) throw new UsageError('standard input has more than one megabyte');
  }
  return Buffer.concat(chunks).toString('utf8');
}
