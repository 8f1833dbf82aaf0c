/** The length of each type's value in bytes, by the type's number; `bytes` and `text` have it in two bytes before the value. */
const lengths = [0, 0, 1, 2, 4, 8, 'inValue', 'inValue', 8, 16] as const;
const text = 7;

/**
 * The text headers of an event-stream frame, by name; other headers are skipped. Throws a RangeError for a block that does not match the
 * format. AWS's codec does the same, but a bundle that also has AWS's clients would load 40 kB of them with it.
 */
export function textHeaders(block: Buffer): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < block.length;) {
    const nameEnd = at + 1 + block.readUInt8(at);
    const type = block.readUInt8(nameEnd);
    const length = lengths[type];
    if (length === undefined) throw new RangeError(`there is no type ${type} of headers`);
    const start = nameEnd + (length === 'inValue' ? 3 : 1);
    const end = start + (length === 'inValue' ? block.readUInt16BE(nameEnd + 1) : length);
    if (end > block.length) throw new RangeError('a header ends behind its block');
    if (type === text) found.set(block.toString('utf8', at + 1, nameEnd), block.toString('utf8', start, end));
    at = end;
  }
  return found;
}
