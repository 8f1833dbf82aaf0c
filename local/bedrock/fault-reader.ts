import { invalid } from './bedrock-error.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import type { ConverseRequest } from './wire.ts';

/** A fault with the number behind its name, if there was one. */
export interface AskedFault {
  readonly fault: Fault;
  readonly argument: number | undefined;
}

const NONE: AskedFault = { fault: { about: 'nothing goes wrong' }, argument: undefined };
const ONCE = /-once$/;

/** Reads which fault a request asks for; `name-once` strikes the first call of each `simulator-id` alone. */
export class FaultReader {
  readonly #struck = new Set<string>();

  read({ requestMetadata = {} }: ConverseRequest): AskedFault {
    const asked = requestMetadata['simulator-fault'];
    if (asked === undefined) return NONE;
    const [name = '', argument] = asked.split('=');
    const fault = faults.get(name.replace(ONCE, ''));
    if (fault === undefined)
      throw invalid(`The simulator has no fault '${name}'. It has: ${[...faults.keys()].join(', ')}.`);
    if (ONCE.test(name) && this.#isSpent(`${name} ${requestMetadata['simulator-id'] ?? ''}`)) return NONE;
    return { fault, argument: argument === undefined ? undefined : Number(argument) };
  }

  #isSpent(key: string): boolean {
    const spent = this.#struck.has(key);
    this.#struck.add(key);
    return spent;
  }
}
