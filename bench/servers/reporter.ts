// Loaded into every server under test, before its own code (`node --import`): it tells what the process has used.

/** What a process has used so far. */
export interface Usage {
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly highWaterBytes: number;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    cpuMicros: user + system,
    rssBytes: rss,
    heapBytes: heapUsed + external,
    highWaterBytes: process.resourceUsage().maxRSS * 1024,
  };
}

process.on('message', (message) => {
  if (message === 'usage') process.send?.({ usage: usage() });
  if (message === 'collect') {
    globalThis.gc?.();
    process.send?.({ usage: usage() });
  }
});
// The parent is gone: so is the reason to run.
process.on('disconnect', () => process.exit(0));
