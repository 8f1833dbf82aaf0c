import { chanceOf } from '../../common/chance.ts';
import { tokenize } from '../../common/tokens.ts';

interface Likely {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
}

/** A token with a made-up likelihood, and those that were less likely. */
export interface TokenLogprob extends Likely {
  readonly top_logprobs: readonly Likely[];
}

const otherTokens = [
  ' the',
  ' a',
  ' and',
  ' of',
  ' to',
  ' in',
  ' it',
  ' is',
  ' that',
  ' for',
  ' on',
  ' with',
  ' as',
  ' at',
  ' by',
  ' or',
  ' an',
  ' be',
  ' so',
  ' no',
];

/** The tokens of a text with their likelihoods: numbers that are well formed and mean nothing. */
export function logprobsOf(text: string, alternatives: number): TokenLogprob[] {
  return tokenize(text).map((token) => tokenLogprob(token, alternatives));
}

function tokenLogprob(token: string, alternatives: number): TokenLogprob {
  const own = likely(token, -(1 + chanceOf(`likelihood of ${token}`).below(900)) / 1000);
  const others = otherTokens.filter((other) => other !== token).slice(0, Math.max(alternatives - 1, 0));
  const less = others.map((other, index) => likely(other, own.logprob - 1 - index / 2));
  return { ...own, top_logprobs: alternatives > 0 ? [own, ...less] : [] };
}

function likely(token: string, logprob: number): Likely {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}

/** Log probabilities of a text in the form of the legacy API: four lists of one length. */
export function legacyLogprobs(
  text: string,
  { alternatives, offset }: { alternatives: number; offset: number },
): object {
  const tokens = logprobsOf(text, alternatives);
  const lengths = tokens.map(({ token }) => token.length);
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top_logprobs: top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: lengths.map((_, index) => offset + lengths.slice(0, index).reduce((sum, length) => sum + length, 0)),
  };
}
