import { readFileSync } from 'node:fs';

/** Limit of an advanced parameter, in characters. */
const maxValueLength = 8192;

/**
 * A file as the value of a parameter, read anew each time: without the file there is no parameter. What PutParameter would
 * refuse changes nothing, and is told to `log`.
 */
export function parameterFile(file: string, log: (text: string) => void): () => string | undefined {
  let stored: string | undefined;
  return () => {
    const text = read(file);
    const refusal = text === undefined ? undefined : refused(text);
    if (refusal === undefined) stored = text;
    else log(`${file} is no value of a parameter: ${refusal}\n`);
    return stored;
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function refused(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.length > maxValueLength) return `it has more than ${maxValueLength} characters`;
  return /\{\{.*\}\}/.test(text) ? 'it has {{…}}, which AWS takes for a reference' : undefined;
}
