import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';

/** A question as it came, and how the server answers it. */
export interface Question {
  readonly name: string;
  /** Anything but `A` and `AAAA` is its number. */
  readonly type: string;
  /** Answers with these records: addresses of the type asked for, or the name that the name before is an alias of. */
  readonly answer: (...records: readonly string[]) => void;
  /** Answers with an error, such as 3 for a name that does not exist. */
  readonly fail: (code: number) => void;
  /** Sends bytes that are no answer. */
  readonly send: (bytes: Uint8Array) => void;
}

export interface NameServer {
  /** For `servers`. */
  readonly address: string;
  /** Every question so far, such as `A images.example.com`. */
  readonly asked: string[];
  serve: (question: Question) => void;
  close(): Promise<void>;
}

const types: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA' };

/** A name server on the loopback interface, which says nothing until `serve` is set. */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const question = questionOf(bytes, (reply) => send(reply, from));
    server.asked.push(`${question.type} ${question.name}`);
    server.serve(question);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let open = true;

  function send(reply: Uint8Array, from: RemoteInfo): void {
    if (open) socket.send(reply, from.port, from.address);
  }

  const server: NameServer = {
    address: `127.0.0.1:${socket.address().port}`,
    asked: [],
    serve: () => {},
    async close() {
      open = false;
      socket.close();
      await once(socket, 'close');
    },
  };
  return server;
}

function questionOf(bytes: Buffer, send: (bytes: Uint8Array) => void): Question {
  const labels: string[] = [];
  let at = 12;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  const asked = bytes.subarray(12, end);
  const number = bytes.readUInt16BE(at + 1);
  const head = (code: number, count: number) =>
    Buffer.concat([bytes.subarray(0, 2), u16(0x8180 | code), u16(1), u16(count), u16(0), u16(0), asked]);
  return {
    // c-ares asks in letters of random case where it is told to; a name means the same in any.
    name: labels.join('.').toLowerCase(),
    type: types[number] ?? String(number),
    answer(...records) {
      let owner = nameBytes(labels.join('.'));
      const written = records.map((record) => {
        const [kind, data] = isIP(record) === 0 ? [5, nameBytes(record)] : [isIP(record) === 4 ? 1 : 28, ip(record)];
        const bytesOf = Buffer.concat([owner, u16(kind), u16(1), u16(0), u16(60), u16(data.length), data]);
        if (kind === 5) owner = data;
        return bytesOf;
      });
      send(Buffer.concat([head(0, records.length), ...written]));
    },
    fail: (code) => send(head(code, 0)),
    send,
  };
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

function ip(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [front = '', back] = address.split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  const [before, after] = [words(front), words(back ?? '')];
  const all = back === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill(0), ...after];
  return Buffer.concat(all.map(u16));
}

function u16(number: number): Buffer {
  return Buffer.of(number >> 8, number & 0xff);
}
