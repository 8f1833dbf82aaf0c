import { reason } from '../../infra/reason.ts';

const lookupPreamble =
  'Invocation of aws:route53/getZone:getZone returned an error: invoking aws:route53/getZone:getZone: ';

test.each([
  [
    'of a provider',
    new Error(`${lookupPreamble}1 error occurred:\n\t* multiple Route 53 Hosted Zones matched\n\n`),
    'multiple Route 53 Hosted Zones matched',
  ],
  [
    'of a provider, as newer engines put it',
    new Error(`${lookupPreamble.toLowerCase()}1 error occurred:\n\t* no matching Route 53 Hosted Zone found\n\n`),
    'no matching Route 53 Hosted Zone found',
  ],
  [
    'of AWS, in several lines',
    new Error(
      `${lookupPreamble}listing zones: StatusCode: 403,\n api error AccessDenied: no right to perform: route53:ListHostedZones.`,
    ),
    'listing zones: StatusCode: 403, api error AccessDenied: no right to perform: route53:ListHostedZones',
  ],
  [
    'of a provider without credentials, in lines and colours',
    new Error(
      `${lookupPreamble}unable to validate AWS credentials.\nDetails: No valid credential sources found.\n\u001B[31mMake sure you have them.\u001B[0m\n\n`,
    ),
    'unable to validate AWS credentials. Details: No valid credential sources found. Make sure you have them',
  ],
  ['in colours', new Error('\u001B[31mno space\u001B[0m left'), 'no space left'],
  ['that is no error', 'plain', 'plain'],
  ['without an end', new Error('x'.repeat(10_000)), `${'x'.repeat(400)}…`],
  ['that repeats itself', new Error(`1 error occurred:${' '.repeat(50_000)}x`), 'x'],
])('a reason %s is one line of plain text', (_, error, line) => {
  expect(reason(error)).toBe(line);
});
