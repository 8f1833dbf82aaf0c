/** A resource as a policy sees it. */
export interface Inspected {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** The resources that each property comes from. */
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
}

/** What is wrong with a resource. */
export interface Violation {
  readonly urn: string;
  readonly message: string;
}

/** The description of a policy. */
interface About {
  readonly name: string;
  readonly description: string;
}

/** A policy about one resource at a time, by type: each check returns what is wrong. */
export interface ResourceRule extends About {
  readonly checks: Readonly<Record<string, (props: Inspected['props']) => readonly string[]>>;
}

/** A policy about resources and those that belong to them. */
export interface StackRule extends About {
  readonly check: (resources: readonly Inspected[]) => readonly Violation[];
}
