import { isRaised, type DeclaredAlarm, type Periods } from '../support/alarms.ts';
import type { Evaluation } from './evaluate.ts';
import { evaluated, variants } from './variants.ts';

let stack: Evaluation;
beforeAll(async () => {
  const variant = variants.find(([name]) => name === 'observability')?.[1];
  if (!variant) throw new Error('there is no variant observability');
  stack = await evaluated(variant);
});

function alarm(purpose: string): DeclaredAlarm {
  const found = stack.resources.find(({ inputs }) => inputs['name'] === `bedrock-gateway-test-${purpose}`);
  if (!found) throw new Error(`there is no alarm ${purpose}`);
  return found.inputs as unknown as DeclaredAlarm;
}

/** Answers of a day: a letter for some, a dot for none. */
function days(text: string): Periods {
  return text.split('').map((day) => (day === '.' ? undefined : 40));
}

test.each([
  ['after a day without answers, where each day before had some', 'xxxxxxxx.', true],
  ['after such a day in a week with one more', 'xxx.xxx.', false],
  ['while there are answers', 'xxxxxxxxx', false],
  ['on the second day', 'xxxxxxx..', false],
  ['on a Saturday of a stack that rests at weekends', 'xxxxx..xxxxx.', false],
  ['on a Sunday of a stack that rests at weekends', 'xxxxx..xxxxx..', false],
  ['of a stack that somebody tries now and then', 'x...x....x.', false],
  ['of a new stack', '.', false],
  ['of a stack that nobody uses', '..............', false],
])('silence is raised %s: %s', (_when, text, raised) => {
  const series = { answers: days(text) };
  expect(isRaised(alarm('active'), series) && isRaised(alarm('quiet'), series)).toBe(raised);
});

test('the alarm of silence fires where both of its alarms do', () => {
  const rule = stack.resources.find(({ name }) => name === 'bedrock-gateway-alarms-silence')?.inputs['alarmRule'];
  expect(rule).toBe('ALARM("bedrock-gateway-test-active") AND ALARM("bedrock-gateway-test-quiet")');
});

test.each<[string, string, Record<string, Periods>, boolean]>([
  ['errors', 'of 6 % for 15 minutes', { requests: [100, 100, 100], serverErrors: [6, 6, 6] }, true],
  ['errors', 'of 5 % for 15 minutes', { requests: [100, 100, 100], serverErrors: [5, 5, 5] }, false],
  ['errors', 'of all requests in one period', { requests: [1, 1, 1], serverErrors: [undefined, 1, undefined] }, false],
  ['errors', 'that nobody sees, without requests', { requests: [], serverErrors: [] }, false],
  ['errors', 'of few requests, each time', { requests: [1, 2, 1], serverErrors: [1, 1, 1] }, true],
  ['throttling', 'of more calls than requests', { requests: [5, 5, 5], throttles: [8, 8, 8] }, true],
  ['throttling', 'that stopped', { requests: [50, 50, 50], throttles: [20, 20, undefined] }, false],
  ['latency', 'above the threshold for 15 minutes', { latencyMs: [60_001, 61_000, 90_000] }, true],
  ['latency', 'at the threshold', { latencyMs: [60_000, 60_000, 60_000] }, false],
  ['spending', 'above the amount', { estimatedCost: [25.01] }, true],
  ['spending', 'of nothing', { estimatedCost: [] }, false],
  [
    'functions',
    'in two of three periods',
    { Errors: [1, undefined, 2], Throttles: [undefined, undefined, undefined] },
    true,
  ],
  ['functions', 'in one period', { Errors: [0, 3, 0], Throttles: [0, 0, 0] }, false],
])('the alarm of %s %s', (purpose, _what, series, raised) => {
  expect(isRaised(alarm(purpose), series)).toBe(raised);
});
