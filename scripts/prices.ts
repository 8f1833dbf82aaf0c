/**
 * Prices of AWS in USD, on demand in us-east-1 in November 2026. Every price in the documents is one of these, or calculated from them: a test
 * compares them.
 */
export const prices = {
  restApiMillion: 3.5,
  httpApiMillion: 1,
  lambdaMillion: 0.2,
  /** For arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  logGigabyte: 0.5,
  writeUnitMillion: 0.625,
  /** Each of a month; those of a part of it are billed by the hour. */
  metric: 0.3,
  alarmMetric: 0.1,
  compositeAlarm: 0.5,
  dashboard: 3,
  secret: 0.4,
  /** An interface endpoint of a VPC, in each of its zones, for an hour; a gateway endpoint costs nothing. */
  endpointHour: 0.01,
  endpointGigabyte: 0.01,
} as const;
