import type { StackConfig } from './stack-config.ts';

export interface OverlayOptions {
  /** Where the stack would be built. */
  readonly region: string;
  /** Whether the stack has a file of its own, and so says itself whether it has a domain. */
  readonly isSetUp: boolean;
  /** The Bedrock models that the demo names stand for. */
  readonly demo: { readonly model: string; readonly throttledModel: string };
}

export interface Overlay {
  readonly config: StackConfig;
  /** Names that work for certain, whatever the stack itself maps. */
  readonly model: string;
  readonly throttledModel: string;
}

/**
 * Everything that `npm start` adds to a stack's config, in memory, on this machine only: `pulumi up` never sees it.
 * What the stack itself says is never changed.
 */
export function lay(stack: StackConfig, { region, isSetUp, demo }: OverlayOptions): Overlay {
  const own = models(stack);
  const model = free('gpt-4o', own);
  const throttledModel = free('throttled', own);
  return {
    model,
    throttledModel,
    config: {
      // A stack that nobody has set up yet shows the whole: both APIs behind one domain.
      ...(!isSetUp && { 'bedrock-gateway:domain': 'example.com' }),
      ...stack,
      'aws:region': region,
      // A name for the examples, and one to see throttling with.
      'bedrock-gateway:models': JSON.stringify({
        ...own,
        [model]: { target: `bedrock:${demo.model}` },
        [throttledModel]: { target: `bedrock:${demo.throttledModel}` },
      }),
    },
  };
}

function models(stack: StackConfig): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(stack['bedrock-gateway:models'] ?? '{}');
  } catch {
    // The program itself says what is wrong with it.
    return {};
  }
}

/** A name that the stack does not use. */
function free(name: string, taken: Readonly<Record<string, unknown>>): string {
  return Object.hasOwn(taken, name) ? free(`demo-${name}`, taken) : name;
}
