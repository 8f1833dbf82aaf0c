/**
 * Runs a Pulumi program without the work of formatting stack traces. Pulumi reads one for every promise and every resource, for messages
 * that only its engine shows. Errors keep their traces: V8 formats a trace when it is first read. Rejects with what `run` rejects
 * with.
 */
export async function withPlainStacks<Value>(run: () => Promise<Value>): Promise<Value> {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and never called from here
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = String;
  try {
    return await run();
  } finally {
    Error.prepareStackTrace = prepare;
  }
}
