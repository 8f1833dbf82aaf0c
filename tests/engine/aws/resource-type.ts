import type { Account, Kept } from './account.ts';

/** Text with `{path}` for what stands in inputs, outputs or the place. */
export type Template = string;

/** JSON whose texts are templates. */
export type Templates = Template | number | boolean | readonly Templates[] | { readonly [key: string]: Templates };

/** Something that has to exist before AWS accepts a reference to it. */
export interface Reference {
  /** What the resource says. A part that is absent means that it refers to nothing. */
  readonly value: Template;
  /** The types that may be meant, and what of them must equal the value. */
  readonly to: Readonly<Record<string, Template>>;
  /** AWS's error where there is nothing of that name. */
  readonly missing: Template;
  /** AWS's error when the other is deleted while this one is there; absent where AWS deletes it all the same. */
  readonly held?: string;
}

/** One resource that is being made or changed, as AWS sees it. */
export interface Call {
  readonly account: Account;
  /** Inputs and the place (`region`, `account`). */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The resource as it is, when it is changed. */
  readonly old: Kept | undefined;
}

/** What the stand-in knows of one type of the AWS provider. */
export interface ResourceType {
  /** As AWS's provider calls it in errors. */
  readonly label: string;
  readonly id: Template;
  /** What AWS adds to the inputs, beside `id`. `{random}` is ten characters, the same in all outputs of one resource. */
  readonly outputs?: Readonly<Record<string, Templates>>;
  /** Outputs that a change makes anew, unless it is a change of `quiet` inputs alone. */
  readonly renewed?: { readonly outputs: readonly string[]; readonly quiet: readonly string[] };
  /** Inputs that can not be changed: the provider makes a new resource then (ForceNew of its schema). */
  readonly fixed: readonly string[];
  /** The input that the provider makes up where it is absent: the resource's name and seven random digits. */
  readonly autoNamed?: string;
  /** What no two may share, and AWS's error then; an input by which the provider overwrites what is there. */
  readonly unique?: { readonly key: Template; readonly taken: Template; readonly overwrites?: string };
  readonly refers?: readonly Reference[];
  /** What no table says; throws what AWS answers. */
  readonly check?: (call: Call) => void;
  /** What happens to others once it is there. */
  readonly done?: (call: Call) => void;
}
