import { AwsError } from './aws-error.ts';
import type { Account } from './account.ts';
import type { Call, ResourceType } from './resource-type.ts';

const certificateType = 'aws:acm/certificate:Certificate';
const recordType = 'aws:route53/record:Record';
const zoneType = 'aws:route53/zone:Zone';

/** Certificates of ACM and records of Route 53. */
export const domains: Readonly<Record<string, ResourceType>> = {
  [certificateType]: {
    label: 'ACM Certificate',
    id: 'arn:aws:acm:{region}:{account}:certificate/{random}',
    outputs: {
      arn: '{id}',
      status: 'PENDING_VALIDATION',
      domainValidationOptions: [
        {
          domainName: '{domainName}',
          // The same for all certificates of an account for this name.
          resourceRecordName: '_a79865eb4cd1a6ab990a45779b4e0b96.{domainName}.',
          resourceRecordType: 'CNAME',
          resourceRecordValue: '_424c7224e9b0146f9a8808af955727d0.acm-validations.aws.',
        },
      ],
    },
    fixed: ['domainName', 'validationMethod', 'subjectAlternativeNames', 'keyAlgorithm'],
    check: ({ inputs }) => {
      // The limit of common names in X.509.
      if (String(inputs['domainName']).length <= 64) return;
      throw new AwsError('InvalidParameterException: The first domain name can not have more than 64 octets');
    },
  },
  'aws:acm/certificateValidation:CertificateValidation': {
    label: 'ACM Certificate Validation',
    id: 'validated-{random}',
    fixed: ['certificateArn', 'validationRecordFqdns'],
    refers: [
      {
        value: '{certificateArn}',
        to: { [certificateType]: '{arn}' },
        missing: 'ResourceNotFoundException: Could not find certificate {certificateArn}.',
      },
    ],
    check: ({ account, inputs }) => {
      if (isProven(account, String(inputs['certificateArn']))) return;
      throw new AwsError("timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION')");
    },
    done: ({ account, inputs }) => {
      const certificate = account.find(certificateType, String(inputs['certificateArn']));
      if (certificate) account.keep({ ...certificate, outputs: { ...certificate.outputs, status: 'ISSUED' } });
    },
  },
  [recordType]: {
    label: 'Route 53 Record',
    id: '{zoneId}_{name}_{type}',
    outputs: { fqdn: '{name}' },
    fixed: ['zoneId', 'name'],
    unique: {
      key: 'record {zoneId} {name} {type}',
      taken:
        "InvalidChangeBatch: [Tried to create resource record set [name='{name}.', type='{type}'] but it already exists]",
      overwrites: 'allowOverwrite',
    },
    refers: [
      {
        value: '{zoneId}',
        to: { [zoneType]: '{id}' },
        missing: 'NoSuchHostedZone: No hosted zone found with ID: {zoneId}',
      },
      {
        value: '{aliases.0.name} {aliases.0.zoneId}',
        to: {
          'aws:apigatewayv2/domainName:DomainName':
            '{domainNameConfiguration.targetDomainName} {domainNameConfiguration.hostedZoneId}',
        },
        missing: 'InvalidChangeBatch: Tried to create an alias that targets {aliases.0.name}, which is not there',
      },
    ],
    check: nameIsInZone,
  },
  // Only looked up: no program of this repository creates one.
  [zoneType]: { label: 'Route 53 Hosted Zone', id: '{zoneId}', fixed: [] },
};

function isProven(account: Account, arn: string): boolean {
  const options = account.find(certificateType, arn)?.outputs['domainValidationOptions'];
  const records = account.of(recordType);
  return (options as readonly Record<string, string>[]).every(({ resourceRecordName, resourceRecordValue }) =>
    records.some(
      ({ inputs }) =>
        bare(inputs['name']) === bare(resourceRecordName) &&
        (inputs['records'] as readonly string[] | undefined)?.some(
          (value) => bare(value) === bare(resourceRecordValue),
        ),
    ),
  );
}

function nameIsInZone({ account, inputs }: Call): void {
  const zone = bare(account.find(zoneType, String(inputs['zoneId']))?.inputs['name']);
  const name = bare(inputs['name']);
  if (name === zone || name.endsWith(`.${zone}`)) return;
  throw new AwsError(`InvalidChangeBatch: [RRSet with DNS name ${name}. is not permitted in zone ${zone}.]`);
}

/** A name without the dot at its end. */
function bare(name: unknown): string {
  return String(name).replace(/\.$/, '');
}
