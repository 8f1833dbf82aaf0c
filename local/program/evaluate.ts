import { runtime } from '@pulumi/pulumi';
import { accountId } from '../account.ts';
import { isObject } from '../json.ts';
import { answer, make, type Declared } from './mock-outputs.ts';
import { withShortStackTraces } from './stack-traces.ts';

/** A declared resource with the id that others refer to it by. */
export interface Resource extends Declared {
  readonly id: string;
  /** The inputs, and what AWS would have added. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** The stack that a program is run for. */
export interface Evaluation {
  readonly project: string;
  readonly stack: string;
  /** Keys with their namespace; values as Pulumi stores them, so objects are JSON. */
  readonly config: Readonly<Record<string, string>>;
  readonly region: string;
}

/** What a program has declared. */
export interface Evaluated {
  readonly resources: readonly Resource[];
  /** The outputs of the stack, secrets in plain. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Marks a secret among plain values (Pulumi's wire format). */
const secretMark = '4dabf18193072939515e22adb298388d';

/**
 * Runs a Pulumi program without AWS, and gives the resources that it declares, and its outputs. Rejects with what the program throws, or with the
 * first resource that it registers wrongly.
 */
export async function evaluate(
  program: () => Promise<unknown>,
  { project, stack, config, region }: Evaluation,
): Promise<Evaluated> {
  const resources: Resource[] = [];
  // Whoever deploys the stack does so in the account of its certificate.
  const certificate = Object.entries(config).find(([key]) => key.endsWith(':certificateArn'));
  const account = certificate?.[1].split(':')[4] ?? accountId;
  // Pulumi tells nobody why a question was not answered, and what a program throws would end the process as a rejection
  // that nobody handles.
  const failures: unknown[] = [];
  const mocks: runtime.Mocks = {
    newResource({ type, name, inputs }) {
      const declared = { type, name, inputs: record(plain(inputs)) };
      const made = make(declared, region);
      resources.push({ ...declared, ...made });
      return { ...made };
    },
    call({ token, inputs }) {
      try {
        return answer(token, record(inputs), { region, account });
      } catch (error) {
        failures.push(error);
        throw error;
      }
    },
  };
  await runtime.setMocks(mocks, project, stack, false);
  runtime.setAllConfig({ ...config });
  const exported = await withShortStackTraces(async () => {
    const found = await runtime.runInPulumiStack(() => program().catch((error: unknown) => void failures.push(error)));
    await runtime.disconnect();
    return found;
  });
  if (failures.length > 0) throw failures[0];
  const all = record(plain(exported));
  return { resources, outputs: record(all['default'] ?? all) };
}

/** Without the wrapping of secrets; assets and archives stay as they are. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  if (secretMark in value) return plain(value['value']);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
