import { traceId } from '../../function/metrics/trace-id.ts';

test.each([
  [
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1;Lineage=1:a87bd80c:0',
    '1-5759e988-bd862e3fe1be46a994272793',
  ],
  ['Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0', undefined],
  ['', undefined],
  [undefined, undefined],
])('of %j the trace is %j', (header, id) => {
  expect(traceId({ _X_AMZN_TRACE_ID: header })).toBe(id);
});
