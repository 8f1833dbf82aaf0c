/** What the answer's translation must know of the request. */
export interface Plan {
  /** Some servers say which of these ended the answer. */
  readonly stopSequences: ReadonlySet<string>;
  /** JSON pointers into what the server answers. */
  readonly fieldPaths: readonly string[];
}
