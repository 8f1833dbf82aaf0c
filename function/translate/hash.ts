/** 2^46 values in nine characters of the digits and lower-case letters; the same for the same text, wherever it runs. */
export function hash(text: string): string {
  const high = fnv1a(text, 0x811c9dc5);
  const low = fnv1a(text, 0xcbf29ce4);
  const number = (high % 0x4000) * 0x1_0000_0000 + low;
  return number.toString(36).padStart(9, '0').slice(-9);
}

/** FNV-1a over UTF-16 units (the reference works on bytes), from a given offset basis. */
function fnv1a(text: string, basis: number): number {
  let value = basis;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
