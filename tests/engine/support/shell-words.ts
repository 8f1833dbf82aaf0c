/** A part of a word: in single quotes, in double quotes, escaped, or plain. */
const wordPiece = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gsy;

/** Splits a command line into words as a POSIX shell does, without expanding anything. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let open = false;
  for (let at = 0; at < line.length;) {
    wordPiece.lastIndex = at;
    const found = wordPiece.exec(line);
    if (!found) {
      if (!/\s/.test(line[at] ?? '')) throw new Error(`a quote is not closed: ${line}`);
      open = false;
      at++;
      continue;
    }
    const [whole, single, double, escaped, bare] = found;
    const text = single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? bare ?? '';
    words.push(open ? `${words.pop()}${text}` : text);
    open = true;
    at += whole.length;
  }
  return words;
}
