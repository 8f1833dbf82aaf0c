import { codeOf, refusalText } from './answers.ts';
import { failed, ok, skipped, type Check } from './check.ts';
import { edgeOf } from './edges.ts';
import type { Answer } from './exchange.ts';

/** What a model is asked, so that its answer takes a while. */
export const longQuestion = 'Write the numbers from one to sixty in words, separated by commas. Write nothing else.';

/** The most tokens that the answer may have. */
export const longAnswerTokens = 200;

/** Pieces that come within so many milliseconds count as one: they may have been sent together. */
const togetherMs = 2;

/** The fewest moments at which pieces come. */
const minMoments = 4;

/** The smallest share of the whole time in which pieces come. A model writes for most of it; what was held back comes at its end. */
const minShare = 0.2;

/** Milliseconds over which nobody spreads what was held back: a model that thinks for long writes for a small share of the time. */
const minSpreadMs = 500;

/** Events of an answer that is too short to tell anything. */
const minEvents = 8;

/** Judges the times at which the pieces of a streamed answer came. */
export function judgeStream(answer: Answer, model: string): Check {
  const { status, headers, text, sent } = answer;
  if (status !== 200 || !String(headers['content-type']).startsWith('text/event-stream'))
    return failed(
      'streaming',
      `${model}: ${refusalText(answer)}`,
      'Name a chat model that the key may call: --model <name>',
    );
  if (edgeOf(answer) === 'HTTP API') return skipped('streaming', 'streaming: false makes streams arrive whole');
  if (!/^data: ?\[DONE\]/m.test(text))
    return failed(
      'streaming',
      `${model}: the stream broke off`,
      'Look for the request in the log of the functions: docs/troubleshooting.md',
    );
  const times = answer.pieces.filter((piece) => /^data:/m.test(piece.text)).map(({ at }) => at);
  const events = text.match(/^data:/gm)?.length ?? 0;
  if (events < minEvents) return skipped('streaming', `${model} answered with ${events} events, too few to tell`);
  const moments = times.filter((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= togetherMs).length;
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const share = (last - first) / Math.max(1, last - sent);
  const found = `${model}: ${events} events at ${moments} moments, over ${percent(share)} of the time`;
  if (moments >= minMoments && (share >= minShare || last - first >= minSpreadMs)) return ok('streaming', found);
  return failed(
    'streaming',
    found,
    'A proxy on the way holds the answer back until it is whole. nginx: proxy_buffering off. Also try another network: virus scanners and company proxies do it, too.',
  );
}

/** The failure of a stream that broke off, or was never answered. */
export function brokenStream(error: unknown, model: string): Check {
  return failed(
    'streaming',
    `${model}: the connection broke (${codeOf(error)})`,
    'Look for the request in the log of the functions: docs/troubleshooting.md',
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
