import type { CallContext, Surface } from '../backends/backend.ts';
import { refusesReasoning, refusesStrictSchema } from '../backends/bedrock/refusals.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import type { Dialect, TranslationContext, Numbered, Translated, Translation } from '../translate/translation.ts';
import { callAll, openAll, type Items } from './fan-out.ts';
import type { Call } from '../request-context.ts';
import type { Meter } from './usage.ts';
import type { Answer, Opened, Way } from './prepared-call.ts';

/** What a translated way is made of: a translation, the surface that it asks, and the request. */
export interface Making<Client extends Dialect, Server extends Dialect, Plan, State> {
  readonly call: Pick<Call, 'entry'>;
  readonly translation: Translation<Client, Server, Plan, State>;
  readonly surface: Surface<Server['Request'], Server['Reply'], Server['Event']>;
  readonly meter: Meter<Server['Reply'], Server['Event']>;
  readonly exchange: TranslationContext<Client['Request']>;
  readonly context: CallContext;
  readonly shown: string;
  /** The last word on what is sent, where the stack pays. Throws the ApiError that says why it is not. */
  readonly finish?: (request: Server['Request']) => Server['Request'];
}

/** A way to a backend that speaks another dialect than the client. */
export function translatedWay<Client extends Dialect, Server extends Dialect, Plan, State>(
  making: Making<Client, Server, Plan, State>,
): Way {
  return wayOf(making, making.translation.request(making.exchange));
}

/** The way of one translated request, which may offer another. */
function wayOf<Client extends Dialect, Server extends Dialect, Plan, State>(
  making: Making<Client, Server, Plan, State>,
  plain: Translated<Server['Request'], Plan>,
): Way {
  const { call, translation, surface, meter, exchange, context, shown, finish } = making;
  const translated = finish ? finished(plain, finish) : plain;
  const { plan } = translated;

  async function answer(): Promise<Outcome<Answer>> {
    const outcome = await callAll(surface, translated, context);
    if (!outcome.ok) return outcome;
    meter.replies(call.entry, outcome.value);
    return { ok: true, value: { body: translation.reply(outcome.value, exchange, plan) } };
  }

  /** A model that cannot stream this request is called, and its reply told as the events it would have been. */
  async function items(): Promise<Outcome<Items<Server['Event']>>> {
    if (translated.streams) return openAll(surface, translated, context);
    const outcome = await callAll(surface, translated, context);
    if (!outcome.ok) return outcome;
    const replayed = outcome.value.flatMap((reply, choice) =>
      translation.replay(reply).map((item) => ({ choice, item })),
    );
    return { ok: true, value: once(replayed) };
  }

  async function open(): Promise<Outcome<Opened>> {
    const outcome = await items();
    if (!outcome.ok) return outcome;
    const steps = translation.stream;
    const state = steps.begin({ context: exchange, plan });
    const fold = {
      step: (numbered: Numbered<Server['Event']>) => {
        meter.event(call.entry, numbered.item);
        return steps.step(state, numbered);
      },
      end: () => steps.end(state),
    };
    return { ok: true, value: { source: outcome.value, fold } };
  }

  /** Prepares the call once more without what the failure says was refused; undefined where nothing can be left out. */
  async function instead(failure: Failure): Promise<Way | undefined> {
    const without = withoutRefused(plain, failure);
    return without && wayOf(making, without);
  }

  return { shown, ignored: translated.ignored, answer, open, instead };
}

function withoutRefused<Request, Plan>(
  { withoutReasoning, withoutStrict }: Translated<Request, Plan>,
  failure: Failure,
): Translated<Request, Plan> | undefined {
  const given = refusesReasoning(failure) ? withoutReasoning?.() : undefined;
  return given ?? (refusesStrictSchema(failure) ? withoutStrict?.() : undefined);
}

function finished<Request, Plan>(
  translated: Translated<Request, Plan>,
  finish: (request: Request) => Request,
): Translated<Request, Plan> {
  const { request, requests } = translated;
  return { ...translated, request: finish(request), ...(requests && { requests: requests.map(finish) }) };
}

async function* once<Event>(batch: readonly Numbered<Event>[]): Items<Event> {
  yield batch;
}
