import { isObject } from '../../dialects/json.ts';

/** A stored file that a request names, and the field in which it does. */
export interface FileReference {
  readonly id: string;
  readonly param: string;
  /** What the part has as data beside the id, where it should have nothing. */
  readonly data: unknown;
}

/** Every stored file that parts of messages name by `file_id`, in their order; the messages need not be checked yet. */
export function fileReferences(messages: unknown): FileReference[] {
  return objectsIn(messages, 'messages').flatMap(([{ content }, at]) =>
    objectsIn(content, `${at}.content`).flatMap(([{ file }, place]) => {
      const { file_id: id, file_data: data } = isObject(file) ? file : {};
      return typeof id === 'string' ? [{ id, param: `${place}.file.file_id`, data }] : [];
    }),
  );
}

type Located = readonly [value: Readonly<Record<string, unknown>>, path: string];

/** Each object of a list and of the lists in it, or the one that there is instead of a list, with its path. */
export function objectsIn(list: unknown, path: string): readonly Located[] {
  if (!Array.isArray(list)) return isObject(list) ? [[list, path]] : [];
  return list.flatMap((item: unknown, at) => objectsIn(item, `${path}[${at}]`));
}
