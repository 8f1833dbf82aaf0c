/** A text as UTF-8 in base64, of characters that URLs and ids take. Half a surrogate pair does not come back. */
export function encodedText(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return toUrl(btoa(bytes));
}

/** Never fatal: what was encoded was well-formed, and what was forged may as well read as replacement characters. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text that `encodedText` was given; undefined for what is no base64. */
export function decodedText(encoded: string): string | undefined {
  const bytes = bytesOf(encoded);
  return bytes === undefined ? undefined : utf8.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

/** Bytes as a string of char codes 0 to 255, which is what atob gives and btoa takes; undefined for what is no base64. */
export function bytesOf(encoded: string): string | undefined {
  const base64 = fromUrl(encoded);
  if (base64 === undefined || !/^[^=]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined;
  return atob(base64);
}

/** One character for one, so that the way back is exact however the padding was. */
export function toUrl(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '.');
}

/** Turns base64url text, also with `.` as padding, into standard base64. Undefined for other text. */
export function fromUrl(text: string): string | undefined {
  if (!/^[A-Za-z0-9_.-]*$/.test(text)) return undefined;
  return text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('.', '=');
}
