import type { Chance } from './chance.ts';

/** The user's last turn, as an answer speaks of it. */
export interface UserTurn {
  readonly text: string;
  /** What the tools gave, if the turn brings results. */
  readonly results: readonly string[];
  readonly images: number;
  /** The names of the documents. */
  readonly documents: readonly string[];
}

/** Plain sentences, about nothing but answering: what a model's text is made of here. */
const plainSentences = [
  'There are a few sides to this, and it helps to take them one after the other.',
  'The short version is that it works, as long as the parts are put together in the right order.',
  'A small example usually says more than a long explanation.',
  'It is worth checking the numbers twice before relying on them.',
  'Most of the effort goes into the details that nobody sees at first.',
  'If anything here is unclear, ask for the part that you need in more depth.',
  'In practice the simplest approach tends to hold up best over time.',
  'Two things matter most: knowing where to start, and knowing when to stop.',
  'The same idea can be found in many other places once you look for it.',
  'That said, there are cases in which another answer would be just as good.',
  'It depends on the circumstances, yet the general rule is easy to remember.',
  'Taking a step back, the overall picture is simpler than it seems.',
] as const;

const plainThoughts = [
  'First I should work out what is really being asked.',
  'The important part seems to be the last message, so I will begin there.',
  'There may be more than one way to read this; the plain reading fits best.',
  'I can answer this directly, without assuming anything that was not said.',
] as const;

// How much of the request an answer repeats.
const maxOpeningWords = 8;
const maxResultLength = 600;

// Whoever wants a long answer asks for a count, which is as long as they like within reason.
const countPattern = /\bcount (?:up )?to (\d{1,5})\b/i;

/** An answer of some sentences: what it is about, then three or four more; a count where one is asked for. */
export function answerText(asked: UserTurn, chance: Chance): string {
  const last = countPattern.exec(asked.text)?.[1];
  if (last !== undefined) return Array.from({ length: Number(last) }, (_, index) => String(index + 1)).join(' ');
  const opening = asked.results.length > 0 ? resultLine(asked.results) : askedLine(asked.text);
  return [opening, ...mediaLines(asked), ...drawSentences(plainSentences, 3 + chance.below(2), chance)].join(' ');
}

/** Reasoning of two or three sentences. */
export function thoughtText(chance: Chance): string {
  return drawSentences(plainThoughts, 2 + chance.below(2), chance).join(' ');
}

function askedLine(text: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  if (words.length === 0) return 'Here is an answer.';
  const more = words.length > maxOpeningWords ? ' …' : '';
  return `You wrote “${words.slice(0, maxOpeningWords).join(' ')}${more}”, so here is an answer.`;
}

function resultLine(results: readonly string[]): string {
  const values = results.filter((value) => value !== '');
  return `The tools gave this result: ${values.join(' and ').slice(0, maxResultLength)}.`;
}

function mediaLines({ images, documents }: UserTurn): string[] {
  return [
    ...(images > 0 ? [`I looked at ${images} ${images === 1 ? 'image' : 'images'}.`] : []),
    ...(documents.length > 0
      ? [`I read ${documents.length === 1 ? 'the document' : 'the documents'} ${documents.join(', ')}.`]
      : []),
  ];
}

function drawSentences(sentences: readonly string[], count: number, chance: Chance): string[] {
  const start = chance.below(sentences.length);
  return Array.from({ length: count }, (_, index) => sentences[(start + index) % sentences.length] ?? '');
}
