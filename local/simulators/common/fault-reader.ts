import { BoundedMap } from '../../bounded-map.ts';
import { asString } from '../../json.ts';

/** A fault that a request asks for, with the number behind its name, if there was one. */
export interface RequestedFault<Fault> {
  readonly fault: Fault;
  readonly argument: number | undefined;
}

/** Faults of one service. */
export interface FaultTable<Fault> {
  readonly faults: ReadonlyMap<string, Fault>;
  /** What a request that asks for no fault gets: nothing goes wrong. */
  readonly none: Fault;
  /** The service's own error for a fault that it does not have. */
  readonly refuse: (message: string) => Error;
}

/** How many calls that have failed once are remembered. */
const maxStruck = 10_000;
const onceSuffix = /-once$/;

/**
 * Reads which fault a request asks for by its metadata: `simulator-fault` is `name`, `name-once` or `name=argument`;
 * `name-once` strikes the first call of each `simulator-id` alone.
 */
export class FaultReader<Fault> {
  readonly #table: FaultTable<Fault>;
  readonly #failedOnce = new BoundedMap<string, true>(maxStruck);

  constructor(table: FaultTable<Fault>) {
    this.#table = table;
  }

  /** The fault that the metadata of a request name. Throws the service's own error when there is no such fault. */
  read(metadata: Readonly<Record<string, unknown>>): RequestedFault<Fault> {
    const { faults, none: fault, refuse } = this.#table;
    const none = { fault, argument: undefined };
    const asked = metadata['simulator-fault'];
    if (typeof asked !== 'string') return none;
    const [name = '', argument] = asked.split('=');
    const found = faults.get(name.replace(onceSuffix, ''));
    if (found === undefined)
      throw refuse(`The simulator has no fault '${name}'. It has: ${[...faults.keys()].join(', ')}.`);
    if (onceSuffix.test(name) && this.#isSpent(`${name} ${asString(metadata['simulator-id']) ?? ''}`)) return none;
    return { fault: found, argument: argument === undefined ? undefined : Number(argument) };
  }

  #isSpent(key: string): boolean {
    const spent = this.#failedOnce.has(key);
    this.#failedOnce.set(key, true);
    return spent;
  }
}
