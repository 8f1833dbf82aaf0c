import process from 'node:process';

/** The exit code by which Pulumi's runner says that the user has been told everything. */
const TOLD = 32;

/** gRPC's codes of a call that the engine has ended: CANCELLED and UNAVAILABLE. */
const ENDED = new Set<unknown>([1, 14]);

/**
 * Ends the program without a word once the engine has shut down. It does so when a resource has failed, and says which;
 * Pulumi's runner would add the stack of each call that is ended by it.
 */
export function endWithEngine(): void {
  process.prependListener('unhandledRejection', (error) => {
    if (error instanceof Error && 'code' in error && ENDED.has(error.code)) process.exit(TOLD);
  });
}
