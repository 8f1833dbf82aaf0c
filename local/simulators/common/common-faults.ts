import type { CommonFault } from './fault.ts';
import { cut, delayFrame, middle } from './frames.ts';

type Table = Readonly<Record<string, CommonFault>>;

/** Instead of an answer, what no service says: something else stands between. */
export const strangeAnswers: Table = {
  'not-json': {
    about: '200 with a body that is no JSON',
    raw: (response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end('upstream said nothing useful'),
  },
  'html-error': {
    about: '502 with a page of HTML',
    raw: (response) =>
      void response
        .writeHead(502, { 'content-type': 'text/html' })
        .end('<html><body><h1>502 Bad Gateway</h1></body></html>'),
  },
  redirect: {
    about: '302 to another host',
    raw: (response) => void response.writeHead(302, { location: 'https://example.com/elsewhere' }).end(),
  },
  reset: {
    about: 'the connection is reset before any answer',
    raw: (response) => void response.socket?.resetAndDestroy(),
  },
};

/** Streams that break; a whole body breaks off too. */
export const brokenStreams: Table = {
  'cut-frame': broken('the stream ends inside a frame', (frames) =>
    cut(frames, ({ bytes }) => ({ wait: 0, bytes: bytes.subarray(0, bytes.length / 2) })),
  ),
  'cut-between': broken('the stream ends between two frames, before its end is said', (frames) =>
    frames.slice(0, middle(frames)),
  ),
  'reset-mid-stream': broken('the connection is reset after some text', (frames) =>
    cut(frames, (frame) => ({ ...frame, resets: true })),
  ),
};

/** Fault of streams whose frames have checksums. */
export const corruptFrame: Table = {
  // The last four bytes are the checksum of all before them.
  'corrupt-frame': broken('a frame whose checksum is wrong', (frames) =>
    frames.map((frame, index) => {
      if (index !== middle(frames)) return frame;
      return { ...frame, bytes: frame.bytes.map((byte, at) => (at === frame.bytes.length - 1 ? byte ^ 0xff : byte)) };
    }),
  ),
};

/** Answers that are late. */
export const delays: Table = {
  'slow-headers': {
    about: 'nothing at all for so many milliseconds (2000)',
    headerDelay: (ms = 2000) => ms,
    wholeDelay: (ms = 2000) => ms,
  },
  'slow-first': {
    about: 'headers at once, the first frame after so many milliseconds (2000)',
    frames: (frames, ms = 2000) => delayFrame(frames, { at: 0, ms }),
    wholeDelay: (ms = 2000) => ms,
  },
  'slow-tokens': {
    about: 'so many milliseconds between frames (100)',
    frames: (frames, ms = 100) => frames.map((frame) => ({ ...frame, wait: ms })),
    wholeDelay: (ms = 100) => ms * 16,
  },
  silence: {
    about: 'some text, then nothing for so many milliseconds (20000), then the rest',
    frames: (frames, ms = 20_000) => delayFrame(frames, { at: middle(frames), ms }),
    wholeDelay: (ms = 20_000) => ms,
  },
};

function broken(about: string, frames: NonNullable<CommonFault['frames']>): CommonFault {
  return { about, frames, cutsBody: true };
}
