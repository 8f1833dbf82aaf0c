import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const bytesPerMegabyte = 1024 * 1024;

/** Least time between two looks at the folders. */
const lookIntervalMs = 2000;

/** A look takes a second on a busy machine when most packages are there: it must not slow down what it looks at. */
const pausePerLook = 20;

/** Without a terminal, a line is printed after so many percent, or after so many milliseconds without a line. */
const stepPercent = 10;
const maxSilenceMs = 15_000;

/**
 * Shows the progress of an installation on standard error: one line that is overwritten on a terminal, a line now and then
 * elsewhere. Returns a function that ends it.
 */
export function showProgress({ what, megabytes, folders }) {
  const before = sizes(folders);
  const show = isTerminal() ? onTerminal() : asLines();
  let last = before;
  let timer;
  const look = () => {
    const started = performance.now();
    const now = sizes(folders);
    const grown = total(now) - total(before);
    const done = Math.max(0, Math.min(grown / bytesPerMegabyte, megabytes));
    // The size is an estimate: npm decides when the installation is complete.
    const percent = Math.min(99, Math.floor((100 * done) / megabytes));
    show.update(percent, `${what}: ${percent} % (${Math.round(done)} of ${megabytes} MB)${growing(last, now)}`);
    last = now;
    timer = setTimeout(look, Math.max(lookIntervalMs, pausePerLook * (performance.now() - started)));
  };
  timer = setTimeout(look, lookIntervalMs);
  return () => {
    clearTimeout(timer);
    show.end();
  };
}

function isTerminal() {
  return process.stderr.isTTY && process.env['TERM'] !== 'dumb';
}

function onTerminal() {
  return {
    update: (_percent, text) =>
      process.stderr.write(`\r\u{1B}[K  ${text.slice(0, (process.stderr.columns ?? 80) - 3)}`),
    end: () => process.stderr.write('\r\u{1B}[K'),
  };
}

function asLines() {
  let shownPercent = 0;
  let time = Date.now();
  return {
    update(percent, text) {
      if (percent < shownPercent + stepPercent && Date.now() < time + maxSilenceMs) return;
      process.stderr.write(`  ${text}\n`);
      shownPercent = percent - (percent % stepPercent);
      time = Date.now();
    },
    end: () => {},
  };
}

/** The package that has grown the most since the last look. */
function growing(last, now) {
  const grown = [...now].map(([name, bytes]) => ({ name, bytes: bytes - (last.get(name) ?? 0) }));
  const most = grown.reduce((a, b) => (b.bytes > a.bytes ? b : a), { name: '', bytes: 0 });
  return most.name && `, ${most.name}`;
}

function total(measured) {
  return [...measured.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Bytes on disk by package, with the packages below it. */
function sizes(folders) {
  const measured = new Map();
  for (const folder of folders)
    for (const name of packages(folder)) measured.set(name, (measured.get(name) ?? 0) + size(path.join(folder, name)));
  return measured;
}

function packages(folder) {
  return names(folder).flatMap((name) =>
    name.startsWith('@') ? names(path.join(folder, name)).map((each) => `${name}/${each}`) : [name],
  );
}

function size(place) {
  try {
    const { blocks, size: length } = lstatSync(place);
    const own = blocks === undefined ? length : blocks * 512;
    return names(place).reduce((sum, name) => sum + size(path.join(place, name)), own);
  } catch {
    return 0; // npm moves folders while it works
  }
}

function names(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
