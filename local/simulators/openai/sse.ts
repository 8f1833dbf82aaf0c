import { pieceDelayMs, type Frame } from '../common/frames.ts';

/** One server-sent event; it has a name where its data has a type, as those of the Responses API. */
export function eventFrame(data: object): Uint8Array {
  const name = nameOf(data);
  return Buffer.from(`${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`);
}

/** The events of an answer, one after the other, and the word that ends those without names. */
export function sseFrames(chunks: readonly object[]): Frame[] {
  const frames = chunks.map((chunk) => ({ bytes: eventFrame(chunk), wait: pieceDelayMs }));
  const isNamed = chunks.some((chunk) => nameOf(chunk) !== undefined);
  return isNamed ? frames : [...frames, { bytes: Buffer.from('data: [DONE]\n\n'), wait: 0 }];
}

function nameOf(data: object): string | undefined {
  const type: unknown = Reflect.get(data, 'type');
  return typeof type === 'string' ? type : undefined;
}
