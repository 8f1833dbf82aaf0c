/**
 * What objects of an owner are:
 * - `file`: the bytes of a file.
 * - `record`: what is known of a file beside its bytes, as JSON. A file exists while it has one.
 * - `upload`: what is known of an upload, as JSON; and an empty object whose id has the bytes that a pending one may become.
 * - `part`: the bytes of one part of an upload.
 * - `staging`: what a client has put there by a presigned URL. Only completing the upload looks there.
 * - `response`: a stored response with everything that the model was given for it, as JSON.
 * - `conversation`: what is known of a conversation beside its items, as JSON.
 * - `item`: one item of a conversation, as JSON.
 * - `chat`: a stored chat completion, as JSON.
 * - `messages`: the messages that it was asked with, as JSON.
 */
export type Kind =
  | 'file'
  | 'record'
  | 'upload'
  | 'part'
  | 'staging'
  | 'response'
  | 'conversation'
  | 'item'
  | 'chat'
  | 'messages';

/** One object of an owner. `id` has letters, digits and `_ - .`, at most 128 of them, and begins with a letter or digit. */
export interface ObjectPlace {
  readonly kind: Kind;
  readonly id: string;
}

/** What a store tells of an object without its bytes. */
export interface Facts {
  readonly bytes: number;
  /** Changes with every write. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/** An object, whose bytes are still to be read: `body` is to be read to its end, or left early by `return`, which ends the transfer. */
export interface StoredObject extends Facts {
  readonly body: AsyncIterable<Uint8Array>;
}

/** An object in a list. */
export interface Listed {
  readonly id: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/** A part of the objects of one kind, in the order of their ids. */
export interface ObjectPage {
  readonly objects: readonly Listed[];
  /** Where the next part begins; absent for the last part. */
  readonly next?: string;
}

/** What is listed. */
export interface ObjectRange {
  readonly kind: Kind;
  /** What the ids begin with; absent for all. */
  readonly prefix?: string;
  /** The `next` of the part before. */
  readonly cursor?: string;
}

/** When an object is written: always, only where there is none, or only over the one with an etag. */
export type Condition = 'absent' | { readonly etag: string };

/** How a write went. `conflict`: the condition did not hold, and nothing was written. */
export type PutOutcome = 'written' | 'conflict';

/** Options of a call that takes long. */
export interface Waiting {
  /** Ends the call, which then rejects. */
  readonly signal?: AbortSignal | undefined;
}

/** A presigned download. */
export interface SignedGet extends ObjectPlace {
  readonly seconds: number;
  /** `Content-Disposition` of the answer. */
  readonly disposition: string;
  /** `Content-Type` of the answer. */
  readonly contentType: string;
}

/** A presigned upload of one whole object, which is refused where there is one already. */
export interface SignedPut extends ObjectPlace {
  readonly seconds: number;
  /** Length that the request must have. */
  readonly bytes: number;
  /** SHA-256 that the bytes must have, in base64. */
  readonly sha256?: string | undefined;
}

/** A request that its holder may make without credentials: every header is signed, and must be sent as it is. */
export interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Objects of owners, each of whom has a place of its own: no call reaches those of another. An owner is a text of `owners.ts`. Every call
 * rejects with the ApiError 503 `storage_unavailable` where the store does not answer, or refuses.
 */
export interface Store {
  /** Writes a small object whole. A file that is a video gets the media type of one, as in `putStream`. */
  put(
    owner: string,
    place: ObjectPlace,
    write: { readonly bytes: Uint8Array; readonly onlyIf?: Condition | undefined } & Waiting,
  ): Promise<PutOutcome>;
  /**
   * Writes an object as its bytes come, holding a few megabytes of them at a time. The object appears only once it is complete: nothing is
   * written where `body` or the call ends early. Rejects with what `body` throws.
   */
  putStream(
    owner: string,
    place: ObjectPlace,
    write: { readonly body: AsyncIterable<Uint8Array> } & Waiting,
  ): Promise<void>;
  /** Reads an object, or the bytes from `from` up to and with `to`; undefined where there is none. */
  get(
    owner: string,
    place: ObjectPlace,
    options?: { readonly range?: { readonly from: number; readonly to: number } } & Waiting,
  ): Promise<StoredObject | undefined>;
  /** Undefined where there is no such object. */
  head(owner: string, place: ObjectPlace): Promise<Facts | undefined>;
  list(owner: string, range: ObjectRange): Promise<ObjectPage>;
  /** Deletes objects. One that is not there counts as deleted. */
  remove(owner: string, places: readonly ObjectPlace[]): Promise<void>;
  /**
   * Copies an object of at most 5 GB, without its bytes passing through here; false where there is none. The copy has no headers of the object;
   * `contentType` is its media type.
   */
  copy(
    owner: string,
    move: { readonly from: ObjectPlace; readonly to: ObjectPlace; readonly contentType?: string | undefined } & Waiting,
  ): Promise<boolean>;
  /** A URL from which the object can be read for some time. */
  signGet(owner: string, request: SignedGet): Promise<SignedRequest>;
  /** A request that writes the object within some time. */
  signPut(owner: string, request: SignedPut): Promise<SignedRequest>;
}
