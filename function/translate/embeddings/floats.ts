/** `String.fromCharCode` takes its bytes as arguments, of which an engine bounds the number. */
const bytesAtOnce = 8_192;

/** A vector as OpenAI's `encoding_format: base64` has it: 32-bit floats, least significant byte first. */
export function base64OfFloats(vector: readonly number[]): string {
  // Float32Array has the machine's own order of bytes; a DataView is told.
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => view.setFloat32(index * 4, value, true));
  const bytes = new Uint8Array(view.buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += bytesAtOnce) {
    text += String.fromCharCode(...bytes.subarray(at, at + bytesAtOnce));
  }
  return btoa(text);
}

/** The vector of such a text; undefined for other text. */
export function floatsOfBase64(base64: string): number[] | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  if (bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}
