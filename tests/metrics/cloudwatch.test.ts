import { CloudWatch } from '../support/cloudwatch.ts';

const now = 1_795_968_000_000;
const directive = { Namespace: 'n', Dimensions: [[], ['A']], Metrics: [{ Name: 'm', Unit: 'Count' }] };
const line = {
  _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
  A: 'a',
  m: 2,
  more: 'text',
};

function taken(event: unknown): CloudWatch {
  const cloudWatch = new CloudWatch(() => now);
  cloudWatch.take(JSON.stringify(event));
  return cloudWatch;
}

test('a line gives a data point to each set of dimensions', () => {
  expect(taken(line).all()).toEqual([
    { namespace: 'n', name: 'm', unit: 'Count', dimensions: {}, values: [2] },
    { namespace: 'n', name: 'm', unit: 'Count', dimensions: { A: 'a' }, values: [2] },
  ]);
});

test('a line without metrics gives none', () => {
  expect(taken({ level: 'INFO' }).all()).toEqual([]);
});

const directives = (...all: object[]) => ({ ...line, _aws: { Timestamp: now, CloudWatchMetrics: all } });

test.each([
  ['without a time', { ...line, _aws: { CloudWatchMetrics: [directive] } }],
  ['that is too old', { ...line, _aws: { Timestamp: now - 15 * 86_400_000, CloudWatchMetrics: [directive] } }],
  ['ahead of its time', { ...line, _aws: { Timestamp: now + 3 * 3_600_000, CloudWatchMetrics: [directive] } }],
  ['without directives', directives()],
  ['with a namespace of AWS', directives({ ...directive, Namespace: 'AWS/Lambda' })],
  ['without sets of dimensions', directives({ ...directive, Dimensions: [] })],
  ['with a dimension that it lacks', directives({ ...directive, Dimensions: [['B']] })],
  ['with a dimension that is a number', { ...line, A: 1 }],
  ['with an empty dimension', { ...line, A: ' ' }],
  ['with a dimension that is not ASCII', { ...line, A: 'ä' }],
  ['with a metric that it lacks', { ...line, m: undefined }],
  ['with a metric that is a text', { ...line, m: '2' }],
  ['with an unknown unit', directives({ ...directive, Metrics: [{ Name: 'm', Unit: 'USD' }] })],
  ['with a metric twice', directives(directive, directive)],
])('a line %s is refused', (_what, event) => {
  expect(() => taken(event)).toThrow(Error);
});
