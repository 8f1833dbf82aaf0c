/** Polynomial of CRC-64/NVME, its bits reversed: the upper and the lower half (NVM Command Set Specification 5.2.1.3.4). */
const polynomial = { high: 0x9a6c9329, low: 0xac4bc9b5 } as const;

const table = { high: new Uint32Array(256), low: new Uint32Array(256) };
for (let byte = 0; byte < 256; byte += 1) {
  let [high, low] = [0, byte];
  for (let bit = 0; bit < 8; bit += 1) {
    const isOdd = (low & 1) === 1;
    low = ((low >>> 1) | (high << 31)) ^ (isOdd ? polynomial.low : 0);
    high = (high >>> 1) ^ (isOdd ? polynomial.high : 0);
  }
  table.high[byte] = high;
  table.low[byte] = low;
}

/** CRC-64/NVME of the bytes that it is given, one after the other. */
export class Crc64Nvme {
  // Halves of 32 bits: BigInt would be a hundred times slower.
  #high = 0xffffffff;
  #low = 0xffffffff;

  update(bytes: Uint8Array): void {
    let [high, low] = [this.#high, this.#low];
    for (const byte of bytes) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (table.low[index] ?? 0);
      high = (high >>> 8) ^ (table.high[index] ?? 0);
    }
    this.#high = high;
    this.#low = low;
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(~this.#high >>> 0, 0);
    bytes.writeUInt32BE(~this.#low >>> 0, 4);
    return bytes;
  }
}
