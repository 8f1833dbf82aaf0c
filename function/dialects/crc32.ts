let zlib: ReturnType<typeof load> | undefined;

/** Returns the CRC-32 of bytes. Loads zlib when first called: it takes a millisecond of a cold start, and only event streams need it. */
export function crc32(bytes: Uint8Array): number {
  zlib ??= load();
  return zlib.crc32(bytes);
}

function load() {
  return process.getBuiltinModule('node:zlib');
}
