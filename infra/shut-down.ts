import process from 'node:process';

/** Exit code after which Pulumi's language host adds no message of its own. */
const userInformedExitCode = 32;

/** gRPC status codes of calls that were open when the engine shut down: CANCELLED and UNAVAILABLE. */
const endedCallCodes = new Set<unknown>([1, 14]);

/**
 * Ends the program silently once the engine has shut down. The engine does so after a resource has failed, and reports that;
 * Pulumi's runner would also print the stack trace of each open call.
 */
export function endWithEngine(): void {
  process.prependListener('unhandledRejection', (error) => {
    if (error instanceof Error && 'code' in error && endedCallCodes.has(error.code)) process.exit(userInformedExitCode);
  });
}
