import { withUnit, type Figure, type Row } from './figure.ts';
import { number } from './report.ts';

/** What the plot shows: where the gateway stands among its peers. */
const shown = [
  'requests',
  'cpu-460',
  'cpu-2500',
  'cpu-105k',
  'cpu-1m-body',
  'cpu-1m-answer',
  'delta',
  'first-token',
  'import',
  'first-request',
];

const width = 900;
const columns = 2;
const panelWidth = width / columns;
const barHeight = 20;
const barGap = 6;
const titleHeight = 40;
const labelWidth = 150;
const valueWidth = 90;

const colours = { ours: '#d9480f', other: '#868e96', text: '#212529', faint: '#495057', paper: '#ffffff' };

/** Bars, a panel a figure, the gateway's in colour; each panel has its own scale. */
export function plot(figures: readonly Figure[], caption: string): string {
  const panels = shown.flatMap((id) => figures.filter((figure) => figure.id === id));
  const lines = Array.from({ length: Math.ceil(panels.length / columns) }, (_, line) =>
    panels.slice(line * columns, (line + 1) * columns),
  );
  let top = 44;
  const body = lines.map((line) => {
    const drawn = line.map((figure, column) => panel(figure, column * panelWidth, top));
    top += Math.max(...line.map(panelHeight));
    return drawn.join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 8}" width="${width}" height="${top + 8}" font-family="Helvetica, Arial, sans-serif">
<rect width="100%" height="100%" fill="${colours.paper}"/>
${label({ x: 16, y: 26, size: 13, fill: colours.faint }, caption)}
${body.join('\n')}
</svg>
`;
}

function panelHeight({ rows }: Figure): number {
  return titleHeight + rows.length * (barHeight + barGap) + 14;
}

function panel({ title, unit, rows }: Figure, left: number, top: number): string {
  const x = left + 16;
  const largest = Math.max(...rows.map(({ value }) => value.high));
  const scale = (panelWidth - 32 - labelWidth - valueWidth) / largest;
  const bars = rows.map((row, index) =>
    bar(row, { x, y: top + titleHeight + index * (barHeight + barGap), scale, unit }),
  );
  return [label({ x, y: top + 24, size: 13, fill: colours.text, weight: 'bold' }, title), ...bars].join('\n');
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly unit: string;
}

/** The median as a bar, the range of the rounds as a line on it. */
function bar({ name, value }: Row, { x, y, scale, unit }: Place): string {
  const from = x + labelWidth;
  const middle = y + barHeight / 2;
  const fill = name.includes('gateway') && !name.startsWith('@') ? colours.ours : colours.other;
  const at = (amount: number): string => (from + Math.max(amount, 0) * scale).toFixed(1);
  return [
    label({ x: from - 8, y: middle + 4, size: 12, fill: colours.text, anchor: 'end' }, name),
    `<rect x="${from}" y="${y}" width="${Math.max(value.median * scale, 1).toFixed(1)}" height="${barHeight}" fill="${fill}"/>`,
    `<path d="M${at(value.low)} ${middle}H${at(value.high)}" stroke="${colours.text}" stroke-width="1.5"/>`,
    label(
      { x: Number(at(value.high)) + 6, y: middle + 4, size: 12, fill: colours.faint },
      number(value.median) + withUnit(unit),
    ),
  ].join('\n');
}

interface Label {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  readonly anchor?: 'end';
  readonly weight?: 'bold';
}

function label({ x, y, size, fill, anchor, weight }: Label, text: string): string {
  const more = `${anchor ? ` text-anchor="${anchor}"` : ''}${weight ? ` font-weight="${weight}"` : ''}`;
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${more}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
