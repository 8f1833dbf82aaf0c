/** What takes two columns of a terminal: East Asian wide characters and emoji. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}\uFE0F/u;

/** Accents and the like, which take no column of their own. */
const narrow = /^\p{M}+$/u;

const plain = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as readers see them. */
function characters(text: string): string[] {
  if (plain.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter('en');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function widthOfOne(character: string): number {
  if (narrow.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** How many columns of a terminal a printable text takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  return characters(text).reduce((sum, each) => sum + widthOfOne(each), 0);
}

/** The beginning of a text, or its end, in at most `width` columns: an ellipsis stands for what was cut. */
export function cut(text: string, width: number, keep: 'start' | 'end' = 'start'): string {
  if (widthOf(text) <= width) return text;
  const order = keep === 'start' ? characters(text) : characters(text).toReversed();
  const kept: string[] = [];
  let left = width - 1;
  for (const each of order) {
    left -= widthOfOne(each);
    if (left < 0) break;
    kept.push(each);
  }
  return keep === 'start' ? `${kept.join('')}…` : `…${kept.toReversed().join('')}`;
}
