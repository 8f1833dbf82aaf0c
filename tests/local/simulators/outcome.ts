/**
 * What a call of a client of AWS's answers, or how it is refused: the name of the error as `error`, its message, and the fields that
 * errors of DynamoDB have.
 */
export async function outcome<Client>(call: (client: Client) => Promise<object>, client: Client): Promise<object> {
  try {
    return { ...(await call(client)), $metadata: undefined };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message, Item, CancellationReasons } = error as Error & Record<string, unknown>;
    return { error: name, message, Item, CancellationReasons };
  }
}
