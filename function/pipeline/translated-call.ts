import type { CallContext, Surface } from '../backends/backend.ts';
import { refusesReasoning, refusesStrictSchema } from '../backends/bedrock/refusals.ts';
import type { Family } from '../catalog/family.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import type { Fold } from '../http/framing.ts';
import type { Reason } from '../request-context.ts';
import { mergeIgnoredNames } from '../translate/ignored.ts';
import type { Dialect, Numbered, Translated, Translation, TranslationContext } from '../translate/translation.ts';
import { callAll, openAll } from './fan-out.ts';
import type { NamedMedia } from './media.ts';
import type { Answer, OpenedStream, PreparedCall } from './prepared-call.ts';
import type { Route, RoutedRequest, SurfaceName } from './route.ts';
import { targetLabel } from './target-label.ts';
import { modelBehind, translationContext } from './translation-context.ts';
import type { AnswerSummary, UsageReader } from './usage.ts';

/** A request in upstream's dialect as it is sent, and the names of the fields that are not. */
export interface FinishedRequest<Request> {
  readonly request: Request;
  readonly ignored?: readonly string[];
}

/** What a translated route is made of: how its requests are read, translated, finished, and whom they are sent to. */
export interface TranslateOptions<Body, Client extends Dialect, Server extends Dialect, Plan, State> {
  readonly translation: Translation<Client, Server, Plan, State>;
  readonly usage: UsageReader<Server['Reply'], Server['Event']>;
  /** What is asked at the target. */
  readonly surface: (routed: RoutedRequest<Body>) => AskedSurface<Server> | Promise<AskedSurface<Server>>;
  /** The validated request in the client's dialect. Throws an ApiError 400. */
  readonly request: (routed: RoutedRequest<Body>) => Client['Request'] | Promise<Client['Request']>;
  /** Gets the media that the request only names and the target needs; absent where it gets none. Throws an ApiError. */
  readonly media?: (
    routed: RoutedRequest<Body>,
    context: TranslationContext<Client['Request']>,
  ) => NamedMedia | Promise<NamedMedia>;
  /**
   * The last word on what is sent where the stack pays, called after the translation, for the alternatives of a request as well. Throws
   * the ApiError that says why it is not sent.
   */
  readonly finish?: (
    sent: Server['Request'],
    routed: RoutedRequest<Body>,
    request: Client['Request'],
  ) => FinishedRequest<Server['Request']>;
  /** What `x-gateway-target` says beside the target. */
  readonly details: (routed: RoutedRequest<Body>, family: Family) => readonly string[];
}

type AskedSurface<Server extends Dialect> = Pick<
  Surface<Server['Request'], Server['Reply'], Server['Event']>,
  'call' | 'open'
>;

/** The route to a backend that speaks another dialect than the client, or the same one in other frames. */
export function translate<Body, Client extends Dialect, Server extends Dialect, Plan, State>(
  surface: SurfaceName,
  options: TranslateOptions<Body, Client, Server, Plan, State>,
): Route<Body> {
  return { kind: 'translate', surface, prepare: (routed) => prepareTranslated(routed, options) };
}

/** Makes a request ready for one target. Throws the ApiError that says why the target cannot take it. */
export async function prepareTranslated<Body, Client extends Dialect, Server extends Dialect, Plan, State>(
  routed: RoutedRequest<Body>,
  options: TranslateOptions<Body, Client, Server, Plan, State>,
): Promise<PreparedCall> {
  const { translation } = options;
  const finish = routed.to.credential.kind === 'stack' ? options.finish : undefined;
  const request = await options.request(routed);
  const plain = translationContext(routed, { model: await modelBehind(routed), request });
  const { reads, ...media } = options.media ? await options.media(routed, plain) : noMedia;
  const context = { ...plain, ...media };
  const call = reads === undefined ? routed.call : { ...routed.call, reads };
  const label = targetLabel(routed.to, ...options.details(routed, context.family));
  const target = { options, context, label, call, surface: await options.surface(routed) };
  const finished = finish && ((sent: Server['Request']) => finish(sent, { ...routed, call }, request));
  return translatedCall({ ...target, finish: finished }, translation.request(context));
}

const noMedia: NamedMedia = {};

interface TranslatedTarget<Body, Client extends Dialect, Server extends Dialect, Plan, State> {
  readonly options: TranslateOptions<Body, Client, Server, Plan, State>;
  readonly context: TranslationContext<Client['Request']>;
  readonly label: string;
  readonly call: CallContext;
  readonly surface: AskedSurface<Server>;
  readonly finish: ((sent: Server['Request']) => FinishedRequest<Server['Request']>) | undefined;
}

/** One translated request, which may have alternatives without what a model refuses. */
function translatedCall<Body, Client extends Dialect, Server extends Dialect, Plan, State>(
  target: TranslatedTarget<Body, Client, Server, Plan, State>,
  plain: Translated<Server['Request'], Plan>,
  reason?: Reason,
): PreparedCall {
  const { options, context, label, call, surface, finish } = target;
  const { translation, usage } = options;
  const translated = finish ? finishAll(plain, finish) : plain;
  const { plan } = translated;

  const isSingle = translated.requests === undefined && translated.calls === 1;

  async function answer(): Promise<Outcome<Answer>> {
    if (!isSingle) return answerOf(await callAll(surface, translated, call));
    const outcome = await surface.call(translated.request, call);
    return outcome.ok ? answerOf({ ok: true, value: [outcome.value] }) : outcome;
  }

  function answerOf(outcome: Outcome<readonly Server['Reply'][]>): Outcome<Answer> {
    if (!outcome.ok) return outcome;
    const summary = usage.replies(outcome.value);
    try {
      return { ok: true, value: { body: translation.reply(outcome.value, context, plan), summary } };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { ok: true, value: { refusal: error, summary } };
    }
  }

  async function open(): Promise<Outcome<OpenedStream>> {
    if (!translated.streams) return replayed();
    if (!isSingle) return opened(await openAll(surface, translated, call));
    const outcome = await surface.open(translated.request, call);
    if (!outcome.ok) return outcome;
    const fold = new TranslatedStream(options, translation.stream.begin({ context, plan }));
    return { ok: true, value: { source: outcome.value, fold: fold.ofOne(), summary: fold.summary } };
  }

  /** A model that cannot stream this request is called, and its reply told as the events that it would have been. */
  async function replayed(): Promise<Outcome<OpenedStream>> {
    const outcome = await callAll(surface, translated, call);
    if (!outcome.ok) return outcome;
    const events = outcome.value.flatMap((reply, choice) =>
      translation.replay(reply).map((item) => ({ choice, item })),
    );
    return opened({ ok: true, value: once(events) });
  }

  function opened(outcome: Outcome<AsyncIterable<readonly Numbered<Server['Event']>[]>>): Outcome<OpenedStream> {
    if (!outcome.ok) return outcome;
    const fold = new TranslatedStream(options, translation.stream.begin({ context, plan }));
    return { ok: true, value: { source: outcome.value, fold, summary: fold.summary } };
  }

  function alternative(failure: Failure): PreparedCall | undefined {
    const without = withoutRefused(plain, failure);
    return without && translatedCall(target, without.translated, without.reason);
  }

  return { label, ignored: translated.ignored, ...(reason && { reason }), answer, open, alternative };
}

/** Folds upstream's events to the client's, and reads what they say of usage and of the end. */
class TranslatedStream<Client extends Dialect, Server extends Dialect, Plan, State> implements Fold<
  Numbered<Server['Event']>
> {
  readonly summary: AnswerSummary = {};
  readonly #options: Pick<TranslateOptions<never, Client, Server, Plan, State>, 'translation' | 'usage'>;
  readonly #state: State;

  constructor(
    options: Pick<TranslateOptions<never, Client, Server, Plan, State>, 'translation' | 'usage'>,
    state: State,
  ) {
    this.#options = options;
    this.#state = state;
  }

  step(numbered: Numbered<Server['Event']>): readonly object[] {
    const { translation, usage } = this.#options;
    usage.event(this.summary, numbered.item);
    return translation.stream.step(this.#state, numbered);
  }

  end(): readonly object[] {
    return this.#options.translation.stream.end(this.#state);
  }

  failed(event: Client['StreamError']): object {
    return this.#options.translation.stream.failed?.(this.#state, event) ?? event;
  }

  /** The fold of the only choice of an answer, whose events have no number. */
  ofOne(): Fold<Numbered<Server['Event']>['item']> {
    return {
      step: (item) => this.step({ choice: 0, item }),
      end: () => this.end(),
      failed: (event) => this.failed(event),
    };
  }
}

/** The request without what a failure says was refused; undefined where nothing can be left out. */
function withoutRefused<Request, Plan>(
  { withoutReasoning, withoutStrict }: Translated<Request, Plan>,
  failure: Failure,
): { readonly translated: Translated<Request, Plan>; readonly reason: Reason } | undefined {
  const reasonless = refusesReasoning(failure) ? withoutReasoning?.() : undefined;
  if (reasonless !== undefined) return { translated: reasonless, reason: 'without-reasoning' };
  const lenient = refusesStrictSchema(failure) ? withoutStrict?.() : undefined;
  return lenient && { translated: lenient, reason: 'without-strict' };
}

function finishAll<Request, Plan>(
  translated: Translated<Request, Plan>,
  finish: (request: Request) => FinishedRequest<Request>,
): Translated<Request, Plan> {
  const { request, requests } = translated;
  const finished = finish(request);
  return {
    ...translated,
    request: finished.request,
    ignored: mergeIgnoredNames(translated.ignored, finished.ignored ?? []),
    ...(requests && { requests: requests.map((each) => finish(each).request) }),
  };
}

async function* once<Item>(batch: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield batch;
}
