import { asString } from '../../json.ts';

/** A fault with the number behind its name, if there was one. */
export interface AskedFault<Fault> {
  readonly fault: Fault;
  readonly argument: number | undefined;
}

export interface FaultTable<Fault> {
  readonly faults: ReadonlyMap<string, Fault>;
  /** Nothing goes wrong. */
  readonly none: Fault;
  readonly refuse: (message: string) => Error;
}

const ONCE = /-once$/;

/**
 * Reads which fault a request asks for by its metadata: `simulator-fault` is `name`, `name-once` or `name=argument`;
 * `name-once` strikes the first call of each `simulator-id` alone.
 */
export class FaultReader<Fault> {
  readonly #table: FaultTable<Fault>;
  readonly #struck = new Set<string>();

  constructor(table: FaultTable<Fault>) {
    this.#table = table;
  }

  read(metadata: Readonly<Record<string, unknown>>): AskedFault<Fault> {
    const { faults, none: fault, refuse } = this.#table;
    const none = { fault, argument: undefined };
    const asked = metadata['simulator-fault'];
    if (typeof asked !== 'string') return none;
    const [name = '', argument] = asked.split('=');
    const found = faults.get(name.replace(ONCE, ''));
    if (found === undefined)
      throw refuse(`The simulator has no fault '${name}'. It has: ${[...faults.keys()].join(', ')}.`);
    if (ONCE.test(name) && this.#isSpent(`${name} ${asString(metadata['simulator-id']) ?? ''}`)) return none;
    return { fault: found, argument: argument === undefined ? undefined : Number(argument) };
  }

  #isSpent(key: string): boolean {
    const spent = this.#struck.has(key);
    this.#struck.add(key);
    return spent;
  }
}
