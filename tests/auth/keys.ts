const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An access key id that says this account, in the way that AWS's do. */
function accessKeyId(account: string, type = 'ASIA'): string {
  // The top bit keeps the first letter clear of the old form; the account is in bits 7 to 46 of 48.
  const number = 2n ** 47n + (BigInt(account) << 7n) + 0x55n;
  const bits = number.toString(2).padStart(48, '0') + '01'.repeat(16);
  const letters = Array.from({ length: 16 }, (_, at) => base32[parseInt(bits.slice(at * 5, at * 5 + 5), 2)]);
  return type + letters.join('');
}

/** A long-term key of nobody's, in its true form. */
export function longTermKey(account = '123456789012'): string {
  return `ABSK${base64(`BedrockAPIKey-test-at-${account}:${'not-a-secret'.repeat(3)}`)}`;
}

export interface ShortTerm {
  readonly account: string;
  readonly region: string;
  readonly date: string;
  readonly expires: string;
  /** Changes the text before it is encoded. */
  readonly edit: (text: string) => string;
}

/** A short-term key of nobody's, signed at 2026-11-20T10:00:00Z for an hour unless the test says otherwise. */
export function shortTermKey(over: Partial<ShortTerm> = {}): string {
  const { account = '123456789012', region = 'us-east-1', date = '20261120T100000Z', expires = '3600' } = over;
  const query = new URLSearchParams({
    Action: 'CallWithBearerToken',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId(account)}/${date.slice(0, 8)}/${region}/bedrock/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': expires,
    'X-Amz-Security-Token': 'not+a/token=='.repeat(40),
    'X-Amz-Signature': '0'.repeat(64),
    'X-Amz-SignedHeaders': 'host',
    Version: '1',
  });
  const text = `bedrock.amazonaws.com/?${query.toString()}`;
  return `bedrock-api-key-${base64(over.edit?.(text) ?? text)}`;
}

export function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}
