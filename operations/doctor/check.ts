/** The result of one check. */
export interface Check {
  /** What was checked, such as `certificate`. */
  readonly name: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** What was found, or why the check was skipped. It may contain text of a server. */
  readonly detail: string;
  /** What mends it; only failures have it. */
  readonly fix?: string;
}

/** A check that found nothing wrong. */
export function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail };
}

/** A check that could not be made, or that does not apply, and why. */
export function skipped(name: string, detail: string): Check {
  return { name, status: 'skipped', detail };
}

/** A check that found something wrong, and what mends it. */
export function failed(name: string, detail: string, fix: string): Check {
  return { name, status: 'failed', detail, fix };
}
