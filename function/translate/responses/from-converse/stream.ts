import type { ConverseEvent } from '../../../dialects/converse.gen.ts';
import { gatewayFailure } from '../../../dialects/gateway-failures.ts';
import type { ResponsesRequest } from '../../../dialects/responses-request.gen.ts';
import type { ResponsesEvent } from '../../../dialects/responses.gen.ts';
import { answerEvent, choiceStream, type ChoiceStream } from '../../chat/from-converse/choice-stream.ts';
import { noReasoning } from '../../chat/from-converse/reasoning-blocks.ts';
import type { Numbered, Steps, TranslationContext } from '../../translation.ts';
import type { Plan } from '../plan.ts';
import { responsesFailure } from './failure.ts';
import { ResponsesWriter } from './responses-writer.ts';

/** A response on its way. */
export interface ResponsesStream {
  readonly writer: ResponsesWriter;
  readonly choice: ChoiceStream<ResponsesEvent>;
  tier: string | undefined;
  hasFailed: boolean;
}

interface Start {
  readonly context: TranslationContext<ResponsesRequest>;
  readonly plan: Plan;
}

/** The events of a ConverseStream call as those of a response. The last one tells the usage, so it waits for the end. */
export const stream: Steps<Start, ResponsesStream, Numbered<ConverseEvent>, ResponsesEvent> = {
  begin({ context: { stamp, family }, plan }) {
    const { chatPlan, settings } = plan;
    const reasoning = chatPlan.carryReasoning ? noReasoning() : undefined;
    const writer = new ResponsesWriter({ response: { stamp, settings }, plan, family: family.name, reasoning });
    const choice = choiceStream({ writer, plan: chatPlan, family, reasoning });
    return { writer, choice, tier: undefined, hasFailed: false };
  },
  step(state, { item }) {
    const { choice, writer } = state;
    if (state.hasFailed) return [];
    const out: ResponsesEvent[] = [];
    if ('metadata' in item) {
      const { usage, serviceTier }: Partial<typeof item.metadata> = item.metadata;
      choice.usage = usage ?? choice.usage;
      state.tier = serviceTier?.type ?? state.tier;
    } else if ('failure' in item) out.push(failed(writer, responsesFailure(item.failure).event));
    else if (!choice.stopped) answerEvent(choice, item, out);
    const last = out.at(-1);
    if (last?.type === 'response.failed' || last?.type === 'error') state.hasFailed = true;
    return out;
  },
  end({ writer, choice, tier, hasFailed }) {
    if (hasFailed) return [];
    const finished = writer.finished({ used: choice.usage, tier });
    return [finished ?? failed(writer, responsesFailure(gatewayFailure('TruncatedStream', '')).event)];
  },
  failed: ({ writer }, error) => failed(writer, error),
};

function failed(writer: ResponsesWriter, error: ResponsesEvent): ResponsesEvent {
  return error.type === 'error' ? writer.failed(error) : error;
}
