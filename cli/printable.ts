/**
 * Characters of a text that could act on a terminal or hide what is there: control and format characters, half surrogate pairs, line and
 * paragraph separators. The zero width joiner (U+200D) stays: emoji have it.
 */
const unprintable = /(?!\u200D)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text of the server as one line for people: what a terminal could act on is written as `\u{1b}`. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Several lines of text, such as a model's answer: line breaks and tabs stay, carriage returns go, other controls are written out. */
export function printableLines(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll(/\p{Cc}/gu, (each) => (each === '\n' || each === '\t' ? each : printable(each)));
}

/** A JSON document of two spaces' indentation, ending in a line break. JSON's own escapes stand for what a terminal could act on. */
export function printableJson(value: unknown): string {
  const json = JSON.stringify(value, null, 2).replaceAll(unprintable, (each) => (each === '\n' ? each : escaped(each)));
  return `${json}\n`;
}

/** A character in the escapes of JSON, one for each half of a surrogate pair. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16);
    return String.raw`\u${unit.padStart(4, '0')}`;
  }).join('');
}
