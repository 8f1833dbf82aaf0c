import { UsageError } from './failure.ts';

/** The cents of an amount in USD such as `12.50`. Throws UsageError. */
export function cents(text: string, name: string): number {
  const [, whole, part = ''] = /^\$?(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  if (whole !== undefined) return Number(whole) * 100 + Number(part.padEnd(2, '0'));
  throw new UsageError(`${name} must be an amount in USD such as 250 or 12.50, not '${text}'`);
}

/** An amount in cents as `12.50 USD`. */
export function usd(amount: number): string {
  return `${(amount / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })} USD`;
}
