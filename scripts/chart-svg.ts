/** One line of a chart. */
export interface Series {
  readonly label: string;
  /** At equal distances of time. */
  readonly values: readonly number[];
  /** Whether the axis on the right is its own. */
  readonly isRight?: boolean;
}

/** A chart on the grid of a dashboard. */
export interface Chart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly series: readonly Series[];
  readonly isStacked?: boolean;
  /** The unit of the axis on the left; empty for counts. */
  readonly unit?: string;
  /** Names of alarms, which are shown in place of lines. */
  readonly states?: readonly string[];
}

/** Pixels of a step of the grid. */
const cell = { width: 50, height: 34 };
const margin = { left: 52, right: 34, top: 34, bottom: 62 };
const gap = 8;
/** Characters of the longest name with which three names stand side by side. */
const maxNarrow = 18;

/** Colours of lines, told apart by people who do not see all of them. */
const colours = ['#1f77b4', '#d95f02', '#2ca02c', '#9467bd', '#8c564b', '#e377c2'];
const ink = '#24292f';
const grey = '#57606a';
const rule = '#d8dee4';

/** The charts as one SVG document. */
export function charts(title: string, all: readonly Chart[]): string {
  const width = Math.max(...all.map((chart) => chart.x + chart.width)) * cell.width;
  const height = Math.max(...all.map((chart) => chart.y + chart.height)) * cell.height;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#f6f8fa"/>`,
    ...all.flatMap(drawChart),
    '</svg>',
  ].join('\n')}\n`;
}

/** The place of a chart on the page, and of its lines within it. */
interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function drawChart(chart: Chart): string[] {
  const x = chart.x * cell.width + gap / 2;
  const y = chart.y * cell.height + gap / 2;
  const [width, height] = [chart.width * cell.width - gap, chart.height * cell.height - gap];
  const frame = {
    left: x + margin.left,
    right: x + width - margin.right,
    top: y + margin.top,
    bottom: y + height - margin.bottom,
  };
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="#ffffff" stroke="${rule}"/>`,
    label({ x: x + 12, y: y + 19, size: 13, colour: ink, weight: 600 }, chart.title),
    ...(chart.states === undefined ? drawLines(chart, frame) : drawStates(chart.states, { x, y, width })),
  ];
}

function drawStates(states: readonly string[], { x, y, width }: { x: number; y: number; width: number }): string[] {
  return states.flatMap((name, index) => {
    const left = x + 12 + (index % 2) * (width / 2 - 8);
    const top = y + 34 + Math.floor(index / 2) * 34;
    return [
      `<rect x="${left}" y="${top}" width="${width / 2 - 22}" height="28" rx="4" fill="#dafbe1" stroke="#2da44e"/>`,
      label({ x: left + 10, y: top + 18, size: 12, colour: '#044f1e' }, `${name}: OK`),
    ];
  });
}

function drawLines({ series, isStacked = false, unit = '' }: Chart, frame: Frame): string[] {
  const left = series.filter(({ isRight }) => isRight !== true);
  const tops = isStacked ? stackedUp(left) : left.map(({ values }) => values);
  const most = ceiling(Math.max(0, ...tops.flat()));
  const rightMost = ceiling(Math.max(0, ...series.flatMap(({ isRight, values }) => (isRight === true ? values : []))));
  const lines = series.map(({ values, isRight }, index) => {
    const at = left.findIndex((each) => each.values === values);
    const shown = isRight === true ? values : (tops[at] ?? values);
    return {
      shown,
      below: isStacked ? tops[at - 1] : undefined,
      colour: colours[index % colours.length] ?? ink,
      most: isRight === true ? rightMost : most,
    };
  });
  return [
    ...axis(frame, most, unit),
    ...(series.some(({ isRight }) => isRight === true) ? [rightAxis(frame, rightMost)] : []),
    ...lines.toReversed().map((line) => (isStacked ? area(line, frame) : curve(line, frame))),
    ...legend(series, frame),
  ];
}

/** Each series on top of those before it. */
function stackedUp(series: readonly Series[]): number[][] {
  return series.map(({ values }, index) =>
    values.map((_, at) => series.slice(0, index + 1).reduce((sum, each) => sum + (each.values[at] ?? 0), 0)),
  );
}

interface Line {
  readonly shown: readonly number[];
  readonly below: readonly number[] | undefined;
  readonly colour: string;
  readonly most: number;
}

function path(values: readonly number[], { left, right, top, bottom }: Frame, most: number): string {
  const step = (right - left) / Math.max(values.length - 1, 1);
  return values
    .map((value, at) => `${round(left + at * step)} ${round(bottom - (value / most) * (bottom - top))}`)
    .join('L');
}

function curve({ shown, colour, most }: Line, frame: Frame): string {
  return `<path d="M${path(shown, frame, most)}" fill="none" stroke="${colour}" stroke-width="1.6"/>`;
}

function area({ shown, below, colour, most }: Line, frame: Frame): string {
  const floor = below ?? shown.map(() => 0);
  const back = path(floor, frame, most).split('L').toReversed().join('L');
  return `<path d="M${path(shown, frame, most)}L${back}Z" fill="${colour}" fill-opacity="0.55" stroke="${colour}" stroke-width="1"/>`;
}

function axis({ left, right, top, bottom }: Frame, most: number, unit: string): string[] {
  const marks = [0, 0.5, 1].flatMap((share) => {
    const y = round(bottom - share * (bottom - top));
    return [
      `<path d="M${left} ${y}H${right}" stroke="${rule}"/>`,
      label({ x: left - 6, y: y + 4, size: 10, colour: grey, anchor: 'end' }, short(most * share)),
    ];
  });
  const hours = ['00:00', '06:00', '12:00', '18:00', '24:00'].map((hour, index) =>
    label({ x: left + (index * (right - left)) / 4, y: bottom + 14, size: 10, colour: grey, anchor: 'middle' }, hour),
  );
  const about = unit === '' ? [] : [label({ x: left + 4, y: top + 11, size: 10, colour: grey }, unit)];
  return [...marks, ...hours, ...about];
}

function rightAxis({ right, top }: Frame, most: number): string {
  return label({ x: right + 4, y: top + 4, size: 10, colour: grey }, short(most));
}

function legend(series: readonly Series[], { left, right, bottom }: Frame): string[] {
  const longest = Math.max(...series.map(({ label: name }) => name.length));
  const columns = longest > maxNarrow ? 2 : 3;
  const wide = (right - left + margin.left - 12) / columns;
  return series.flatMap(({ label: name }, index) => {
    const x = left - margin.left + 12 + (index % columns) * wide;
    const y = bottom + 30 + Math.floor(index / columns) * 13;
    const most = Math.floor((wide - 16) / 6);
    return [
      `<rect x="${round(x)}" y="${y - 7}" width="8" height="8" fill="${colours[index % colours.length] ?? ink}"/>`,
      label({ x: round(x) + 12, y, size: 10, colour: grey }, name.length > most ? `…${name.slice(1 - most)}` : name),
    ];
  });
}

interface Label {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: string;
  readonly anchor?: 'middle' | 'end';
  readonly weight?: number;
}

function label({ x, y, size, colour, anchor, weight }: Label, value: string): string {
  const more = `${anchor === undefined ? '' : ` text-anchor="${anchor}"`}${weight === undefined ? '' : ` font-weight="${weight}"`}`;
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}"${more}>${escaped(value)}</text>`;
}

/** The next number that is round, so that the axis ends with it. */
function ceiling(value: number): number {
  if (value <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 8, 10].find((each) => each * unit >= value) ?? 10) * unit;
}

function short(value: number): string {
  if (value >= 1_000_000) return `${round(value / 1_000_000)} M`;
  return value >= 1_000 ? `${round(value / 1_000)} k` : String(round(value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
