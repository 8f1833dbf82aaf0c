/** Fields of answers that are about the call, which moto's server sends unasked. */
const notAsked = { $metadata: undefined, ConsumedCapacity: undefined, ItemCollectionMetrics: undefined };

/**
 * What a call of a client of AWS's answers, or how it is refused: the name of the error as `error`, its message, and the fields that
 * errors of DynamoDB have. What nobody asks for is left out.
 */
export async function outcome<Client>(call: (client: Client) => Promise<object>, client: Client): Promise<object> {
  try {
    return { ...(await call(client)), ...notAsked };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message, Item, CancellationReasons } = error as Error & Record<string, unknown>;
    return { error: name, message, Item, CancellationReasons };
  }
}

/** Outcomes of calls that are made one after the other. */
export async function outcomes<Client>(
  steps: readonly (readonly [call: (client: Client) => Promise<object>, expected: object])[],
  client: Client,
): Promise<object[]> {
  const found: object[] = [];
  for (const [call] of steps) found.push(await outcome(call, client));
  return found;
}

/** What the calls of some steps are expected to answer, for `outcomes` to equal. */
export function expectedOf(steps: readonly (readonly [call: unknown, expected: object])[]): object[] {
  return steps.map(([, expected]) => expected);
}
