/** A whole answer to a request. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

/** An answer that has arrived; `isLast` where its connection takes no further request. */
export interface ReadAnswer {
  readonly answer: TextAnswer;
  readonly isLast: boolean;
}

/** Where an answer stands that has not arrived, or cannot be read. */
type Unread = 'incomplete' | 'malformed';

/** The body of an answer, and where it ends. */
interface ReadBody {
  readonly text: string;
  readonly end: number;
}

/** Bytes of an answer that are read: above DynamoDB's largest item, which is 400 kB and which JSON makes longer. */
const maxAnswerBytes = 1024 * 1024;

const lineEnd = '\r\n';
const headEnd = '\r\n\r\n';

/**
 * Reads an HTTP/1.1 answer (RFC 9112) from all bytes that have come of it. What ends in no certain place is `malformed`: bodies without a
 * length, with two of them, or with a length and chunks; so are informational answers, bytes behind the end, and what is too long.
 */
export function readTextAnswer(bytes: Buffer): ReadAnswer | Unread {
  const at = bytes.indexOf(headEnd);
  if (bytes.length > maxAnswerBytes) return 'malformed';
  if (at < 0) return 'incomplete';
  // Up to the end of the last line.
  const head = bytes.toString('latin1', 0, at + lineEnd.length);
  const [, version, status] = /^HTTP\/1\.([01]) ([2-5]\d\d)(?: [^\r\n]*)?\r\n/.exec(head) ?? [];
  if (status === undefined) return 'malformed';
  const body = readBody(bytes, at + headEnd.length, head);
  if (typeof body === 'string') return body;
  if (bytes.length > body.end) return 'malformed';
  const isLast = version === '0' || /\r\nconnection:[^\r\n]*\bclose\b/i.test(head);
  return { answer: { status: Number(status), text: body.text }, isLast };
}

function readBody(bytes: Buffer, start: number, head: string): ReadBody | Unread {
  const lengths = head.match(/\r\ncontent-length:[^\r\n]*/gi) ?? [];
  const codings = head.match(/\r\ntransfer-encoding:[^\r\n]*/gi) ?? [];
  if (lengths.length + codings.length !== 1) return 'malformed';
  if (codings.length === 1) return /:[ \t]*chunked[ \t]*$/i.test(codings[0]) ? readChunks(bytes, start) : 'malformed';
  const [, length] = /:[ \t]*(\d{1,9})[ \t]*$/.exec(lengths[0] ?? '') ?? [];
  if (length === undefined) return 'malformed';
  const end = start + Number(length);
  return bytes.length < end ? 'incomplete' : { text: bytes.toString('utf8', start, end), end };
}

/** DynamoDB tells lengths; what stands in front of it may send chunks. Trailers are not read: an answer with them is malformed. */
function readChunks(bytes: Buffer, start: number): ReadBody | Unread {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const sizeEnd = bytes.indexOf(lineEnd, at);
    if (sizeEnd < 0) return 'incomplete';
    const [, digits] = /^([\da-f]{1,8})(?:[ \t]*;.*)?$/i.exec(bytes.toString('latin1', at, sizeEnd)) ?? [];
    if (digits === undefined) return 'malformed';
    const size = Number.parseInt(digits, 16);
    const data = sizeEnd + lineEnd.length;
    const end = data + size;
    if (bytes.length < end + lineEnd.length) return 'incomplete';
    if (bytes.toString('latin1', end, end + lineEnd.length) !== lineEnd) return 'malformed';
    at = end + lineEnd.length;
    if (size === 0) return { text: Buffer.concat(chunks).toString('utf8'), end: at };
    chunks.push(bytes.subarray(data, end));
  }
}
