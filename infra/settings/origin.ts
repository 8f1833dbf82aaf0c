import { InvalidValue } from './values.ts';

/** Origins of a page's own machine at any port, for development servers. */
const localOriginPattern = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\]):\*$/;

/** Reads a web origin: scheme and host as browsers send them, or a pattern for localhost, or `*`. Throws an InvalidValue for any other text. */
export function origin(value: string): string {
  if (value === '*' || localOriginPattern.test(value)) return value;
  const isOrigin = /^https?:\/\/[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;
  if (isOrigin) return value;
  throw new InvalidValue(
    `must list origins such as https://app.example.com (no path), http://localhost:* for any port of the page's own machine, or *, not "${value}"`,
  );
}
