import { invalid } from './dynamodb-error.ts';

/** A number of DynamoDB: coefficient × 10^exponent, without zeros at the end of the coefficient. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const maxDigits = 38;

/** Powers of ten of the first digit. */
const minMagnitude = -130;
const maxMagnitude = 125;

const pattern = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i;

/** Reads a number. Throws a ValidationException for anything that DynamoDB does not store exactly. */
export function readDecimal(text: string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] = pattern.exec(text) ?? [];
  if (sign === undefined) {
    throw invalid(
      text === ''
        ? 'The parameter cannot be converted to a numeric value'
        : `The parameter cannot be converted to a numeric value: ${text}`,
    );
  }
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return { coefficient: 0n, exponent: 0 };
  return checked(sign, significant, Number(exponent) - fraction.length + digits.length - significant.length);
}

/** Sum of two numbers. Throws a ValidationException where it has more digits than DynamoDB stores. */
export function sum(one: Decimal, other: Decimal): Decimal {
  const exponent = Math.min(one.exponent, other.exponent);
  return readDecimal(`${aligned(one, exponent) + aligned(other, exponent)}e${exponent}`);
}

/** The number with the other sign. */
export function negative({ coefficient, exponent }: Decimal): Decimal {
  return { coefficient: -coefficient, exponent };
}

/** Less than 0 if the first is less, more than 0 if it is more. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const exponent = Math.min(one.exponent, other.exponent);
  const difference = aligned(one, exponent) - aligned(other, exponent);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

/** How DynamoDB writes a number: all digits, no exponent. */
export function decimalText({ coefficient, exponent }: Decimal): string {
  if (exponent >= 0) return `${coefficient}${'0'.repeat(exponent)}`;
  const sign = coefficient < 0n ? '-' : '';
  const digits = String(coefficient)
    .replace('-', '')
    .padStart(1 - exponent, '0');
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

function aligned({ coefficient, exponent }: Decimal, to: number): bigint {
  return coefficient * 10n ** BigInt(exponent - to);
}

function checked(sign: string, significant: string, exponent: number): Decimal {
  const magnitude = exponent + significant.length - 1;
  if (significant.length > maxDigits) {
    throw invalid(`Attempting to store more than ${maxDigits} significant digits in a Number`);
  }
  if (magnitude > maxMagnitude) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < minMagnitude) {
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  const coefficient = BigInt(significant);
  return { coefficient: sign === '-' ? -coefficient : coefficient, exponent };
}
