import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import { listAll } from './list-all.ts';
import { changeStored, readStored, writeStored, type OwnersAnswers } from './stored-answers.ts';
import { digitsOf, newStoredDigits, storedId, storedMs } from './stored-ids.ts';
import { shownId } from './stored-responses.ts';

/** Texts that a client keeps with something. */
export type StoredMetadata = Readonly<Record<string, string>>;

/** What is known of a conversation beside its items. */
export interface StoredConversation {
  readonly id: string;
  /** The digits of its ID: the keys of its items begin with them. */
  readonly digits: string;
  readonly metadata: StoredMetadata;
}

/** Begins a conversation. `hex` has 32 random hexadecimal digits. Throws the ApiError 429 for an owner who has as many as files may be. */
export async function createConversation(
  answers: OwnersAnswers,
  { metadata, hex }: { readonly metadata: StoredMetadata; readonly hex: string },
): Promise<StoredConversation> {
  const { store, owner, settings, mark, now } = answers;
  const known = await listAll(store, owner, { kind: 'conversation' });
  if (known.length >= settings.maxOwnerFiles) throw tooMany(settings.maxOwnerFiles);
  const digits = newStoredDigits(mark, { now, hex });
  await writeStored(answers, { kind: 'conversation', digits }, { fields: { metadata }, onlyIf: 'absent' });
  return { id: storedId('conversation', digits), digits, metadata };
}

/** Reads a conversation by its ID. Throws the ApiError 404 where the owner has none; `param` is the parameter that names it. */
export async function readConversation(answers: OwnersAnswers, id: string, param = 'id'): Promise<StoredConversation> {
  const digits = digitsOf('conversation', id, answers.mark);
  const found = digits === undefined ? undefined : await readStored(answers, { kind: 'conversation', id });
  if (digits === undefined || found === undefined) throw noSuchConversation(id, param);
  const { metadata } = found.fields;
  if (!isMetadata(metadata)) throw new Error('a stored conversation is not one of this gateway');
  return { id, digits, metadata };
}

/**
 * Changes the metadata of a conversation. Throws the ApiError 404 where the owner has none of that ID, and 409 where other requests keep
 * changing it.
 */
export async function updateConversation(
  answers: OwnersAnswers,
  id: string,
  metadata: StoredMetadata,
): Promise<StoredConversation> {
  const changed = await changeStored(answers, { kind: 'conversation', id }, () => ({ metadata }));
  const digits = digitsOf('conversation', id, answers.mark);
  if (changed === undefined || digits === undefined) throw noSuchConversation(id, 'id');
  return { id, digits, metadata };
}

/** Deletes what is known of a conversation: from now on there is none. Its items are deleted after it. */
export async function removeConversation({ store, owner }: OwnersAnswers, { id }: StoredConversation): Promise<void> {
  await store.remove(owner, [{ kind: 'conversation', id }]);
}

/** A conversation as OpenAI's API shows it. */
export function conversationObject({ id, digits, metadata }: StoredConversation) {
  return {
    id,
    object: 'conversation' as const,
    created_at: Math.floor(storedMs(digits) / 1_000),
    metadata,
  };
}

function isMetadata(value: unknown): value is StoredMetadata {
  return isObject(value) && Object.values(value).every((text) => typeof text === 'string');
}

function noSuchConversation(id: string, param: string): ApiError {
  return new ApiError(`Conversation with id '${shownId(id)}' not found.`, {
    status: 404,
    code: 'conversation_not_found',
    param,
  });
}

/** OpenAI's clients try a 429 again by themselves, unless they are told not to. */
function tooMany(conversations: number): ApiError {
  return new ApiError(
    `There is no room for another conversation: you may have ${conversations} of them. Delete some.`,
    {
      status: 429,
      code: 'too_many_conversations',
      headers: { 'x-should-retry': 'false' },
    },
  );
}
