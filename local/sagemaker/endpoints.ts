/** A real-time endpoint of the simulated account: one container that serves one model. */
export interface Endpoint {
  readonly name: string;
  /** What the container calls its model: a request may name it, and no other. */
  readonly served: string;
  /** Plain vLLM streams server-sent events; LMI strips them to lines of JSON, without an end. */
  readonly stream: 'events' | 'lines';
  /** A base model has none: it completes prompts, and takes no messages. */
  readonly chatTemplate: boolean;
  readonly contextTokens: number;
}

/** An instruction model behind plain vLLM. */
const VLLM: Endpoint = {
  name: 'demo-vllm',
  served: 'demo-instruct',
  stream: 'events',
  chatTemplate: true,
  contextTokens: 32_768,
};

/** The same behind LMI. */
const LMI: Endpoint = { ...VLLM, name: 'demo-lmi', stream: 'lines' };

/** A base model. */
const BASE: Endpoint = { ...VLLM, name: 'demo-base', served: 'demo-base-model', chatTemplate: false };

export const demoEndpoints: readonly Endpoint[] = [VLLM, LMI, BASE];
