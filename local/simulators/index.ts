import { bedrockMantleSimulator } from './bedrock-mantle/simulator.ts';
import { bedrockSimulator } from './bedrock/simulator.ts';
import { cognitoSimulator } from './cognito/simulator.ts';
import { dynamoDbSimulator } from './dynamodb/simulator.ts';
import { openAiSimulator } from './openai/simulator.ts';
import { s3Simulator } from './s3/simulator.ts';
import { sageMakerSimulator } from './sagemaker/simulator.ts';
import { secretsManagerSimulator } from './secrets-manager/simulator.ts';
import type { Observe } from './common/server.ts';
import type { Simulator, SimulatorContext } from './simulator.ts';
import { snsSimulator } from './sns/simulator.ts';
import { ssmSimulator } from './ssm/simulator.ts';
import { stsSimulator } from './sts/simulator.ts';

/** Every service that `npm start` simulates, in the order of the banner. */
export const simulators: readonly Simulator[] = [
  bedrockSimulator,
  bedrockMantleSimulator,
  openAiSimulator,
  sageMakerSimulator,
  stsSimulator,
  ssmSimulator,
  secretsManagerSimulator,
  dynamoDbSimulator,
  cognitoSimulator,
  snsSimulator,
  s3Simulator,
];

/** Where a service is: simulated, AWS's own (found without a URL), or any server at a URL. */
export type Place = { readonly kind: 'simulator' | 'aws' } | { readonly kind: 'url'; readonly url: string };

/** How one service differs from the others. */
export interface ServicePlan {
  readonly place?: Place;
  /** Fields of the context that this service alone has. */
  readonly context?: Partial<SimulatorContext>;
}

/** Settings of `startServices`. */
export interface ServicesOptions {
  readonly context: SimulatorContext;
  /** By the name of the simulator; a service without a plan is simulated. */
  readonly plans: Readonly<Record<string, ServicePlan>>;
  /** Observes the requests to the simulator of a label; absent: nobody does. */
  readonly observer?: (label: string) => Observe;
  /** Gets a function that ends each simulator. */
  readonly cleanup: (() => Promise<void>)[];
}

/** Services that can be called. */
export interface Services {
  /** Environment variables of the functions, with the URL of each service that has one. */
  readonly variables: Readonly<Record<string, string>>;
  /** Services that answer models. */
  readonly backends: readonly Backend[];
}

/** A service that answers models, for the banner. */
export interface Backend {
  readonly name: string;
  readonly label: string;
  readonly place: Place;
}

/** Starts the simulators of a list whose services are not elsewhere. Rejects when one of them cannot listen. */
export async function startServices(list: readonly Simulator[], options: ServicesOptions): Promise<Services> {
  const placeOf = ({ name }: Simulator): Place => options.plans[name]?.place ?? { kind: 'simulator' };
  const variables = await Promise.all(list.map((simulator) => variablesOf(simulator, placeOf(simulator), options)));
  return {
    variables: Object.assign({}, ...variables),
    backends: list.flatMap((simulator) => {
      const { name, label } = simulator;
      return label === undefined ? [] : [{ name, label, place: placeOf(simulator) }];
    }),
  };
}

async function variablesOf(
  simulator: Simulator,
  place: Place,
  { context, plans, observer, cleanup }: ServicesOptions,
): Promise<Record<string, string>> {
  if (place.kind === 'aws') return {};
  const urlOf = async (): Promise<string> => {
    const observe = simulator.label === undefined ? undefined : observer?.(simulator.label);
    const { url, close } = await simulator.start({ ...context, observe, ...plans[simulator.name]?.context });
    cleanup.push(close);
    return url;
  };
  const url = place.kind === 'url' ? place.url : await urlOf();
  return Object.fromEntries(simulator.urlVariables.map((name) => [name, url]));
}
