/** A `data:` URL taken apart. */
export interface DataUrl {
  /** The declared media type, in lower case, without parameters; often wrong. */
  readonly type: string;
  readonly base64: string;
}

/** Undefined for what is no data URL, or one whose data are not base64. */
export function dataUrl(url: string): DataUrl | undefined {
  const comma = url.indexOf(',');
  if (comma === -1 || !/^data:/i.test(url)) return undefined;
  const [type = '', ...parameters] = url.slice('data:'.length, comma).toLowerCase().split(';');
  if (!parameters.some((parameter) => parameter.trim() === 'base64')) return undefined;
  return { type: type.trim(), base64: url.slice(comma + 1) };
}

/** Base64 as Converse wants it (standard alphabet, padded, no white space), of whatever clients send; undefined for other text. */
export function cleanBase64(text: string): string | undefined {
  // What is as it should be is looked at once: it may be megabytes.
  if (text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text;
  const joined = /[\s_-]/.test(text) ? text.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/') : text;
  const bare = joined.replace(/={1,2}$/, '');
  if (bare === '' || bare.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(bare)) return undefined;
  return bare.padEnd(Math.ceil(bare.length / 4) * 4, '=');
}

/** The first bytes, enough to tell formats by; more is not decoded. */
export function firstBytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64.slice(0, 32)), (char) => char.charCodeAt(0));
}
