/** Cuts a stream into parts of one length; the last one may be shorter, and an empty stream has one part of no bytes. */
export async function* partsOf(body: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  let count = 0;
  for await (const chunk of body) {
    held.push(chunk);
    size += chunk.byteLength;
    if (size < length) continue;
    const whole = Buffer.concat(held);
    let at = 0;
    for (; size - at >= length; at += length, count += 1) yield whole.subarray(at, at + length);
    held = [whole.subarray(at)];
    size -= at;
  }
  if (size > 0 || count === 0) yield Buffer.concat(held);
}
