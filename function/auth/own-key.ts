/** Whether callers can pay with Bedrock keys at all. */
export interface KeyPolicy {
  /** False where the config has `bedrockKeys: none`; absent: true. */
  readonly takesBedrockKeys?: boolean;
}

/** The end of an advice to leave something out for which the stack does not pay; empty where no key could pay for it instead. */
export function orOwnKey({ takesBedrockKeys = true }: KeyPolicy): string {
  return takesBedrockKeys ? ', or use an Amazon Bedrock API key of your own' : '';
}
