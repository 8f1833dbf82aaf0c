import * as z from 'zod/v4';
import type { InnerRequest, Gateway } from '../gateway.ts';

/** An answer of Chat Completions, whole. */
export interface ChatAnswer {
  readonly text: string;
  readonly finishReason: string;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number } | undefined;
}

const text = z.string().nullish();
const usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish();
const said = z.object({ content: text, refusal: text });
const reply = z.object({ choices: z.tuple([z.object({ message: said, finish_reason: text })], z.unknown()), usage });
const chunk = z.object({ choices: z.array(z.object({ delta: said.nullish(), finish_reason: text })).nullish(), usage });

/** Reads an answer that came whole. Throws where it is none. */
export function readAnswer(value: unknown): ChatAnswer {
  const { choices, usage: counts } = reply.parse(value);
  const [{ message, finish_reason }] = choices;
  return { text: textOf(message), finishReason: finish_reason ?? 'stop', usage: usageOf(counts) };
}

/** Reads an answer as it is made, and calls `progress` with the text so far. Rejects as the gateway does, and where it is no answer. */
export async function streamAnswer(
  gateway: Gateway,
  asked: InnerRequest,
  progress: { readonly add: (text: string) => void; readonly settled: () => Promise<void> },
): Promise<ChatAnswer> {
  const texts: string[] = [];
  let finishReason = 'stop';
  let counts: z.infer<typeof usage>;
  let flaw: unknown;
  const body = { ...asked.body, stream: true, stream_options: { include_usage: true } };
  await gateway.stream({ ...asked, body }, (event) => {
    const { success, data, error } = chunk.safeParse(event);
    if (!success) flaw ??= error;
    const [choice] = data?.choices ?? [];
    const added = choice?.delta ? textOf(choice.delta) : '';
    texts.push(added);
    finishReason = choice?.finish_reason ?? finishReason;
    counts = data?.usage ?? counts;
    if (added !== '') progress.add(added);
  });
  if (flaw !== undefined) throw flaw;
  await progress.settled();
  return { text: texts.join(''), finishReason, usage: usageOf(counts) };
}

function textOf({ content, refusal }: z.infer<typeof said>): string {
  return content ?? refusal ?? '';
}

function usageOf(counts: z.infer<typeof usage>): ChatAnswer['usage'] {
  return counts ? { input_tokens: counts.prompt_tokens, output_tokens: counts.completion_tokens } : undefined;
}
