/**
 * Runs a Pulumi program with stack traces of one frame, which are not formatted while it runs. Pulumi makes and reads one for every promise
 * and every resource, for messages that only its engine shows: a third of the time. What the program throws tells where. Rejects with
 * what `run` rejects with.
 */
export async function withShortStackTraces<Value>(run: () => Promise<Value>): Promise<Value> {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and never called from here
  const { prepareStackTrace, stackTraceLimit } = Error;
  Object.assign(Error, { prepareStackTrace: String, stackTraceLimit: 1 });
  try {
    return await run();
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
}
