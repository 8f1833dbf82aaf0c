// What the validation of a request takes beside the parsing of its text.
import { chatRequest } from '../../function/validate/chat-request.ts';

/** Time of one run of each, in milliseconds. */
export interface Validated {
  readonly parseMs: number;
  readonly validateMs: number;
}

function timed(times: number, run: () => unknown): number {
  const began = performance.now();
  for (let time = 0; time < times; time += 1) run();
  return (performance.now() - began) / times;
}

function compare(text: string, times: number): Validated {
  const value: unknown = JSON.parse(text);
  return { parseMs: timed(times, () => JSON.parse(text)), validateMs: timed(times, () => chatRequest(value)) };
}

process.on('message', (message: { text: string; times: number } | string) => {
  if (typeof message !== 'string') process.send?.(compare(message.text, message.times));
});
process.send?.({ origin: '' });
