/** A resource in the account. */
export interface Kept {
  readonly type: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names that no other resource may have while this one exists. */
  readonly claim?: string | undefined;
}

/** An operation of the engine. */
export interface Operation {
  readonly kind: 'create' | 'update' | 'delete';
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** An error that AWS returns instead of an operation. */
export interface Fault {
  readonly type: string;
  readonly name: string;
  readonly message: string;
}

/** An AWS account, which the providers of several stacks share, at the same time or one after the other. */
export class Account {
  readonly #resources = new Map<string, Kept>();
  readonly #claims = new Set<string>();
  readonly #operations: Operation[] = [];
  #faults: readonly Fault[] = [];

  all(): Kept[] {
    return [...this.#resources.values()];
  }

  of(type: string): Kept[] {
    return this.all().filter((kept) => kept.type === type);
  }

  find(type: string, id: string): Kept | undefined {
    return this.#resources.get(key(type, id));
  }

  keep(kept: Kept): void {
    this.#resources.set(key(kept.type, kept.id), kept);
  }

  remove({ type, id, claim }: Kept): void {
    this.#resources.delete(key(type, id));
    if (claim !== undefined) this.release(claim);
  }

  /** Claims a name; returns whether it was free. */
  claims(name: string): boolean {
    const isFree = !this.#claims.has(name);
    this.#claims.add(name);
    return isFree;
  }

  release(name: string): void {
    this.#claims.delete(name);
  }

  record(operation: Operation): void {
    this.#operations.push(operation);
  }

  /** All operations in their order. */
  operations(): Operation[] {
    return [...this.#operations];
  }

  setFaults(faults: readonly Fault[]): void {
    this.#faults = faults;
  }

  fault(type: string, name: string): Fault | undefined {
    return this.#faults.find((fault) => fault.type === type && fault.name === name);
  }
}

function key(type: string, id: string): string {
  return `${type} ${id}`;
}
