import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

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

/**
 * An AWS account in a folder, which the providers of several stacks share, at the same time or one after the other. Each resource
 * is a file, and so is each claim to a name, which only one process can create.
 */
export class Account {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    for (const name of ['resources', 'claims']) mkdirSync(path.join(folder, name), { recursive: true });
  }

  all(): Kept[] {
    const folder = path.join(this.#folder, 'resources');
    return readdirSync(folder).flatMap((file) => this.#read(path.join(folder, file)) ?? []);
  }

  of(type: string): Kept[] {
    return this.all().filter((kept) => kept.type === type);
  }

  find(type: string, id: string): Kept | undefined {
    return this.#read(this.#file(type, id));
  }

  keep(kept: Kept): void {
    writeFileSync(this.#file(kept.type, kept.id), JSON.stringify(kept));
  }

  remove({ type, id, claim }: Kept): void {
    rmSync(this.#file(type, id), { force: true });
    if (claim !== undefined) rmSync(this.#claim(claim), { force: true });
  }

  /** Claims a name; returns whether it was free. */
  claims(name: string): boolean {
    try {
      writeFileSync(this.#claim(name), name, { flag: 'wx' });
      return true;
    } catch {
      return false;
    }
  }

  release(name: string): void {
    rmSync(this.#claim(name), { force: true });
  }

  record(operation: Operation): void {
    appendFileSync(path.join(this.#folder, 'operations.jsonl'), `${JSON.stringify(operation)}\n`);
  }

  /** All operations in their order. */
  operations(): Operation[] {
    const file = path.join(this.#folder, 'operations.jsonl');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  setFaults(faults: readonly Fault[]): void {
    writeFileSync(path.join(this.#folder, 'faults.json'), JSON.stringify(faults));
  }

  fault(type: string, name: string): Fault | undefined {
    const file = path.join(this.#folder, 'faults.json');
    if (!existsSync(file)) return undefined;
    const faults: Fault[] = JSON.parse(readFileSync(file, 'utf8'));
    return faults.find((fault) => fault.type === type && fault.name === name);
  }

  #file(type: string, id: string): string {
    return path.join(this.#folder, 'resources', `${hash(`${type} ${id}`)}.json`);
  }

  #claim(name: string): string {
    return path.join(this.#folder, 'claims', hash(name));
  }

  /** A file, which another provider may be writing or removing. */
  #read(file: string): Kept | undefined {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return undefined;
    }
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
