/** What is known of a tool when its call is decided upon. */
export interface Callable {
  readonly name: string;
  readonly description?: string;
}

/** Whether a text asks for a tool: it shares a word with the tool's name or description. */
export function asksFor(text: string): (tool: Callable) => boolean {
  const asked = wordsOf(text, 3);
  return ({ name, description = '' }) => {
    const words = [...wordsOf(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2'), 4), ...wordsOf(description, 5)];
    return asked.has(name.toLowerCase()) || words.some((word) => asked.has(word) && !commonWords.has(word));
  };
}

/**
 * Which tools a model calls that has to call one: the first so many, or the last alone once the conversation ends with results, so
 * that a loop of tools comes to its end. The last is where the tool stands that carries a JSON answer.
 */
export function forced<Tool>(
  tools: readonly Tool[],
  { answered, most }: { readonly answered: boolean; readonly most: number },
): Tool[] {
  return answered ? tools.slice(-1) : tools.slice(0, most);
}

// Words of descriptions that say nothing about what a tool is for.
const commonWords = new Set([
  'about',
  'current',
  'given',
  'return',
  'returns',
  'their',
  'there',
  'these',
  'thing',
  'using',
  'which',
  'with',
  'tool',
  'that',
  'this',
  'from',
  'answer',
  'please',
]);

function wordsOf(text: string, shortest: number): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? [];
  return new Set([...words, ...words.flatMap((word) => word.split(/[_-]/))].filter((word) => word.length >= shortest));
}

/** What free texts in arguments speak of: the names in the user's text, else its longest word. */
export function topics(text: string): string[] {
  const words = text.match(/[\p{L}\p{N}'-]+/gu) ?? [];
  const names = words.filter((word, index) => index > 0 && /^\p{Lu}\p{Ll}/u.test(word));
  const longest = words.toSorted((one, other) => other.length - one.length).slice(0, 1);
  return [...new Set(names.length > 0 ? names : longest)];
}
