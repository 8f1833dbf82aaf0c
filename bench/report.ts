import { cpus, release, type as system } from 'node:os';
import type { Cores } from './cores.ts';
import { withUnit, type Figure, type Goal, type Row } from './figure.ts';
import type { Options } from './options.ts';
import { portkeyVersion } from './portkey.ts';
import { runtimeClientVersion } from './runtime-client.ts';
import type { Spread } from './stats.ts';
import { titles } from './variants.ts';

/** A whole run, as results.json has it. */
export interface Report {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly system: string;
    readonly pinned: Cores | null;
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly figures: readonly Figure[];
}

const peerVersions = { '@portkey-ai/gateway': portkeyVersion, 'aws-lambda-ric': runtimeClientVersion };

/** Puts figures and the circumstances that they hang on together. */
export function report(figures: readonly Figure[], cores: Cores | undefined, options: Options): Report {
  const { node, v8 } = process.versions;
  return {
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      system: `${system()} ${release()}`,
      pinned: cores ?? null,
    },
    versions: { Node: node, V8: v8, ...(options.peers && peerVersions) },
    rounds: options.rounds,
    figures,
  };
}

/** The report as Markdown, goals that are met first: read in a terminal, and put into docs/performance.md. */
export function markdown({ machine, versions, rounds, figures }: Report): string {
  const about = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = machine.pinned
    ? `load generator on core ${machine.pinned.load}, server on core ${machine.pinned.server}, backend on core ${machine.pinned.backend}`
    : 'processes not pinned to cores';
  const goals = figures.flatMap((figure) => figure.goals);
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.system}; ${where}. ${about.join(', ')}. Medians of ${rounds} rounds (range).`,
    ...goalTable(
      'Goals that are met',
      goals.filter(({ met }) => met),
    ),
    ...goalTable(
      'Goals that are missed',
      goals.filter(({ met }) => !met),
    ),
    ...figures.map((figure) => `**${figure.title}**\n\n${rows(figure)}`),
  ].join('\n\n');
}

function goalTable(title: string, goals: readonly Goal[]): string[] {
  if (goals.length === 0) return [];
  const cells = goals.map((each) => [each.title, each.goal, spreadText(each.value, each.unit)]);
  return [`**${title}**`, table(['goal', 'to reach', 'measured'], cells)];
}

function rows({ rows: measured, unit, skipped }: Figure): string {
  if (skipped !== undefined) return `Not measured: ${skipped}.`;
  const base = measured.find(({ name }) => name === titles.pipe) ?? measured[0];
  if (!base) return '';
  const over = ({ value }: Row): string => `${number(value.median / base.value.median)}×`;
  const cells = measured.map((each) => [each.name, spreadText(each.value, unit), over(each)]);
  return table(['', 'measured', `over ${base.name}`], cells);
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function spreadText({ median, low, high }: Spread, unit: string): string {
  const range = low === high ? '' : ` (${number(low)}–${number(high)})`;
  return `${number(median)}${withUnit(unit)}${range}`;
}

/** Three digits that count. */
export function number(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
