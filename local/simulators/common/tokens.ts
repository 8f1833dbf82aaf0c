/** An answer cut into its tokens; joined they are the answer again. */
export function tokenize(text: string): string[] {
  return text.match(/\s*\S{1,6}|\s+$/g) ?? [];
}

// Rough: four characters of text a token.
const charactersPerToken = 4;

/** Rough count of the tokens of a text; at least 1. */
export function countText(text: string): number {
  return Math.ceil(text.length / charactersPerToken) + 1;
}

/** A text in about so many pieces, cut between its tokens. */
export function inPieces(text: string, pieces: number): string[] {
  const tokens = tokenize(text);
  const size = Math.ceil(tokens.length / pieces);
  return Array.from({ length: Math.ceil(tokens.length / Math.max(size, 1)) }, (_, index) =>
    tokens.slice(index * size, (index + 1) * size).join(''),
  );
}
