import type { Template, Templates } from './resource-type.ts';

/** Values by name, nested like inputs and outputs. */
export type Facts = Readonly<Record<string, unknown>>;

/** Fills a template; undefined if a value is absent whose path has no `?` at its end. */
export function fill(template: Template, facts: Facts): string | undefined {
  let isWhole = true;
  const filled = template.replaceAll(/\{([^{}?]+)(\??)\}/g, (_, path: string, optional: string) => {
    const value = at(facts, path) ?? (optional ? '' : undefined);
    if (value === undefined) isWhole = false;
    return text(value);
  });
  return isWhole ? filled : undefined;
}

/** Fills all templates of a value, and leaves out those that cannot be filled. */
export function fillAll(templates: Templates, facts: Facts): unknown {
  if (typeof templates === 'string') return fill(templates, facts);
  if (Array.isArray(templates)) return templates.map((each) => fillAll(each, facts));
  if (typeof templates !== 'object') return templates;
  return Object.fromEntries(
    Object.entries(templates).flatMap(([name, each]) => {
      const value = fillAll(each, facts);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The value at a path such as `loggingConfig.logGroup`. */
export function at(facts: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => (value as Facts | undefined)?.[part], facts);
}

/** A value as a part of a text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
