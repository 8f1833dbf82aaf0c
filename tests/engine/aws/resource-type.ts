import type { Account, Kept } from './account.ts';

/** A text with `{path}` for values of inputs, outputs or the place. */
export type Template = string;

/** JSON with templates as its texts. */
export type Templates = Template | number | boolean | readonly Templates[] | { readonly [key: string]: Templates };

/** A reference to a resource that must exist. */
export interface Reference {
  /** The value of the reference; if a part is absent, the resource has no reference. */
  readonly value: Template;
  /** The possible types of the target, and the template whose value must match. */
  readonly to: Readonly<Record<string, Template>>;
  /** AWS's error if the target does not exist. */
  readonly missing: Template;
  /** AWS's error if the target is deleted before this resource; absent if AWS deletes it anyway. */
  readonly held?: string;
}

/** A resource that is being created or changed. */
export interface Call {
  readonly account: Account;
  /** The folder in which the CLI runs; paths of code are relative to it. */
  readonly folder: string;
  /** Inputs and the place (`region`, `account`). */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The existing resource, if it is changed. */
  readonly old: Kept | undefined;
}

/** Facts about a type of the AWS provider. */
export interface ResourceType {
  /** The provider's name of the type in errors. */
  readonly label: string;
  readonly id: Template;
  /** Outputs besides the inputs and `id`. `{random}` is ten characters, the same in all outputs of a resource. */
  readonly outputs?: Readonly<Record<string, Templates>>;
  /** Outputs that a change renews, unless it changes only `quiet` inputs. */
  readonly renewed?: { readonly outputs: readonly string[]; readonly quiet: readonly string[] };
  /** Inputs whose change replaces the resource (ForceNew in the provider's schema). */
  readonly fixed: readonly string[];
  /** The input that the provider generates if it is absent: the resource's name and seven random digits. */
  readonly autoNamed?: string;
  /** A name that must be unique, AWS's error for a duplicate, and the input with which the provider overwrites one. */
  readonly unique?: { readonly key: Template; readonly taken: Template; readonly overwrites?: string };
  readonly refers?: readonly Reference[];
  /** The input with which AWS refuses to delete the resource as long as it has this value, and AWS's error. */
  readonly protection?: { readonly input: string; readonly value: unknown; readonly refused: string };
  /** Further checks; throws AWS's errors. */
  readonly check?: (call: Call) => void;
  /** Changes of other resources once this one exists. */
  readonly done?: (call: Call) => void;
}
