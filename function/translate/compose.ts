import type { ConverseEvent, ConverseRequest } from '../dialects/converse.gen.ts';
import type { Failure, Streamed } from '../dialects/outcome.ts';
import { mergeIgnoredNames } from './ignored.ts';
import type {
  ConverseDialect,
  ConverseException,
  Dialect,
  Numbered,
  Translated,
  Translation,
  TranslationContext,
} from './translation.ts';

/** A dialect whose clients are served by Converse: what a composition begins with. */
type ToHub<Client extends Dialect, Plan, State> = Translation<Client, ConverseDialect, Plan, State>;

/** Converse, served by another dialect: what a composition ends with. */
type FromHub<Server extends Dialect, Plan, State> = Translation<ConverseDialect, Server, Plan, State>;

/** What one call through the hub is answered with. */
interface Leg<Plan> {
  readonly context: TranslationContext<ConverseRequest>;
  readonly plan: Plan;
}

interface ComposedPlan<First, Second> {
  readonly first: First;
  /** One for each call, or one for all of them. */
  readonly legs: readonly [Leg<Second>, ...Leg<Second>[]];
}

interface ComposedState<First, Second, Plan> {
  readonly first: First;
  readonly legs: ComposedPlan<unknown, Plan>['legs'];
  /** The second translation's states, by choice, each from its first event on. */
  readonly seconds: Map<number, Second>;
}

/**
 * Composes two translations through the hub, the Converse message: a client's dialect is served by any that Converse is served by, without
 * a translator of their own. The family of the context says what the hub's requests may have.
 */
export function compose<Client extends Dialect, Server extends Dialect, FirstPlan, FirstState, SecondPlan, SecondState>(
  first: ToHub<Client, FirstPlan, FirstState>,
  second: FromHub<Server, SecondPlan, SecondState>,
): Translation<
  Client,
  Server,
  ComposedPlan<FirstPlan, SecondPlan>,
  ComposedState<FirstState, SecondState, SecondPlan>
> {
  type Context = TranslationContext<Client['Request']>;
  type Plan = ComposedPlan<FirstPlan, SecondPlan>;
  type State = ComposedState<FirstState, SecondState, SecondPlan>;

  function onward(context: Context, hub: Translated<ConverseRequest, FirstPlan>): Translated<Server['Request'], Plan> {
    const translate = (request: ConverseRequest) => {
      const leg = { ...context, request };
      return { leg, translated: second.request(leg) };
    };
    const { requests, calls, plan, withoutStrict, withoutReasoning } = hub;
    const [one, ...others] = (requests ?? [hub.request]).map(translate);
    if (one === undefined) throw new Error('a request without calls was to be translated');
    const all = [one, ...others];
    const legOf = ({ leg, translated }: typeof one): Leg<SecondPlan> => ({ context: leg, plan: translated.plan });
    return {
      request: one.translated.request,
      calls,
      ...(requests && { requests: all.map(({ translated }) => translated.request) }),
      streams: hub.streams && all.every(({ translated }) => translated.streams),
      ignored: all.reduce<readonly string[]>(
        (names, { translated }) => mergeIgnoredNames(names, translated.ignored),
        hub.ignored,
      ),
      plan: { first: plan, legs: [legOf(one), ...others.map(legOf)] },
      ...(withoutStrict && { withoutStrict: () => onward(context, withoutStrict()) }),
      ...(withoutReasoning && {
        withoutReasoning: () => {
          const without = withoutReasoning();
          return without && onward(context, without);
        },
      }),
    };
  }

  /** The hub's own items of what upstream sends for one choice. */
  function hubItems(state: State, { choice, item }: Numbered<Server['Event']>): Streamed<ConverseEvent>[] {
    if (isFailure(item)) return [item];
    return second.stream.step(secondOf(state, choice), { choice: 0, item }).map(streamed);
  }

  function secondOf({ seconds, legs }: State, choice: number): SecondState {
    const found = seconds.get(choice);
    if (found !== undefined) return found;
    const begun = second.stream.begin(legAt(legs, choice));
    seconds.set(choice, begun);
    return begun;
  }

  return {
    request: (context) => onward(context, first.request(context)),
    reply(replies, context, { first: plan, legs }) {
      const hub = replies.map((reply, choice) => {
        const leg = legAt(legs, choice);
        return second.reply([reply], leg.context, leg.plan);
      });
      return first.reply(hub, context, plan);
    },
    stream: {
      begin: ({ context, plan }) => ({
        first: first.stream.begin({ context, plan: plan.first }),
        legs: plan.legs,
        seconds: new Map(),
      }),
      step: (state, numbered) =>
        hubItems(state, numbered).flatMap((item) => first.stream.step(state.first, { choice: numbered.choice, item })),
      end(state) {
        const owed = [...state.seconds].flatMap(([choice, each]) =>
          second.stream.end(each).map((item) => ({ choice, item: streamed(item) })),
        );
        const events = owed.flatMap((numbered) => first.stream.step(state.first, numbered));
        return [...events, ...first.stream.end(state.first)];
      },
      ...(first.stream.failed && {
        failed: (state, error) => first.stream.failed?.(state.first, error) ?? error,
      }),
    },
    failure: first.failure,
    replay: second.replay,
  };
}

function legAt<Plan>(legs: ComposedPlan<unknown, Plan>['legs'], choice: number): Leg<Plan> {
  return legs[choice] ?? legs[0];
}

function isFailure<Event extends object>(item: Streamed<Event>): item is { readonly failure: Failure } {
  return 'failure' in item;
}

/** An exception that the second translation ends a stream with, as the failure that the first one reads. */
function streamed(event: ConverseEvent | ConverseException): Streamed<ConverseEvent> {
  if (!('exception' in event)) return event;
  const { type, message } = event.exception;
  // A stream's exceptions have their names in lower camel case; 424 is the status of a model's own failure.
  return { failure: { name: type.charAt(0).toUpperCase() + type.slice(1), status: 424, message } };
}
