/**
 * `Content-Disposition` for a download under a name of a caller's (RFC 6266): the name in ASCII for old clients, and encoded for all others.
 * Whatever the name is, nothing of it can end the header or its quotes.
 */
export function attachment(name: string): string {
  const plain = name.replaceAll(/[^\w .()-]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
