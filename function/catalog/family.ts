/** How a family is asked to think before it answers. Filled in with the table. */
export interface Family {
  /** The row's name, such as `claude-opus-4-7` or `nova-1`. */
  readonly name: string;
}
