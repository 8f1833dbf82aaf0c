/** What `npm start` is asked for; `command-line.mjs` reads it. */
export interface Options {
  readonly port: number;
  readonly host: string;
  readonly bedrock: Bedrock;
  readonly openai: OpenAi;
  readonly sagemaker: SageMaker;
  /** Absent: the stack's own, else us-east-1. */
  readonly region: string | undefined;
  readonly stack: string;
  /** Whether the stack was asked for by its name, and so must have a file. */
  readonly isStackNamed: boolean;
  /** The file that holds the value of the stack's models parameter. */
  readonly modelsParameter: string | undefined;
  /** Whether pages of this machine may call the gateway, whatever the stack's own `cors` says. */
  readonly cors: boolean;
  readonly json: boolean;
  /** How requests are logged: lines for people, or the JSON lines of the functions. */
  readonly log: 'text' | 'json';
  /** Whether clients speak HTTPS, with a certificate that is made at the start. */
  readonly https: boolean;
}

/** Where Bedrock is: embedded, AWS's own, or any server that speaks its wire format. */
export type Bedrock =
  | { readonly kind: 'simulator' }
  /** With the caller's own key and region, where this machine has them in its variables. */
  | { readonly kind: 'aws'; readonly key: string | undefined; readonly region: string | undefined }
  | { readonly kind: 'url'; readonly url: string };

/** Where the OpenAI-compatible backend is: embedded, or any server; its key is this machine's, where it has one. */
export type OpenAi =
  | { readonly kind: 'simulator' }
  | { readonly kind: 'url'; readonly url: string; readonly key: string | undefined };

/** Where SageMaker's runtime is: embedded, or any server that speaks its wire format. */
export type SageMaker = { readonly kind: 'simulator' } | { readonly kind: 'url'; readonly url: string };
