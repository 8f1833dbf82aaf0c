/** A box of the picture, placed by its column and row. */
export interface Box {
  readonly id: string;
  readonly column: number;
  readonly row: number;
  readonly title: string;
  readonly lines: readonly string[];
  /** `outside` is not part of the stack. */
  readonly kind: 'outside' | 'edge' | 'function' | 'support';
}

/** An arrow between two boxes, by their ids. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly dashed?: boolean;
}

/** A picture of boxes and arrows. */
export interface Graph {
  /** Text alternative of the picture. */
  readonly title: string;
  /** Label of the frame around all boxes that are not outside. */
  readonly frame: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const size = { width: 204, height: 100, gapX: 44, gapY: 26, marginX: 12, marginY: 40 };

/** Colours of fill, border and text; texts are on a fill of their own, readable on light and dark pages. */
const colours: Readonly<Record<Box['kind'], readonly [fill: string, border: string, text: string]>> = {
  outside: ['#f6f8fa', '#8c959f', '#24292f'],
  edge: ['#ddf4ff', '#218bff', '#0a3069'],
  function: ['#fff1e5', '#e16f24', '#5c2200'],
  support: ['#dafbe1', '#2da44e', '#044f1e'],
};

/** Grey that is visible on white and on black. */
const lineColour = '#7d8590';

/** The graph as an SVG document. */
export function svg({ title, frame, boxes, arrows }: Graph): string {
  const width = 2 * size.marginX + right(Math.max(...boxes.map(({ column }) => column)));
  const height = 2 * size.marginY + bottom(Math.max(...boxes.map(({ row }) => row))) - 20;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif">`,
    `<title>${text(title)}</title>`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="${lineColour}"/></marker></defs>`,
    ...framed(boxes, frame),
    ...arrows.map((arrow) => drawArrow(arrow, boxes)),
    ...boxes.flatMap(drawBox),
    '</svg>',
  ].join('\n')}\n`;
}

function framed(boxes: readonly Box[], label: string): string[] {
  const inside = boxes.filter(({ kind }) => kind !== 'outside');
  const columns = inside.map(({ column }) => column);
  const [x, y] = [left(Math.min(...columns)) - 22, size.marginY - 14];
  const width = right(Math.max(...columns)) + size.marginX + 22 - x;
  const height = bottom(Math.max(...boxes.map(({ row }) => row))) + 28;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="none" stroke="${lineColour}" stroke-dasharray="5 4"/>`,
    `<text x="${x + 2}" y="${y - 9}" font-size="14" fill="${lineColour}">${text(label)}</text>`,
  ];
}

function drawBox({ column, row, title, lines, kind }: Box): string[] {
  const [fill, border, colour] = colours[kind];
  const [x, y] = [left(column), top(row)];
  const first = y + (size.height - (lines.length + 1) * 17) / 2 + 13;
  return [
    `<rect x="${x}" y="${y}" width="${size.width}" height="${size.height}" rx="8" fill="${fill}" stroke="${border}" stroke-width="1.5"/>`,
    `<text x="${x + size.width / 2}" y="${first}" text-anchor="middle" font-size="14" font-weight="600" fill="${colour}">${text(title)}</text>`,
    ...lines.map(
      (line, index) =>
        `<text x="${x + size.width / 2}" y="${first + 17 * (index + 1)}" text-anchor="middle" font-size="12" fill="${colour}">${text(line)}</text>`,
    ),
  ];
}

function drawArrow({ from, to, dashed }: Arrow, boxes: readonly Box[]): string {
  const [one, other] = [found(from, boxes), found(to, boxes)];
  const style = `fill="none" stroke="${lineColour}" stroke-width="1.6" marker-end="url(#arrow)"${dashed ? ' stroke-dasharray="4 3"' : ''}`;
  if (one.column === other.column) {
    const x = left(one.column) + size.width / 2;
    return `<path d="M${x} ${top(one.row) + size.height}V${top(other.row) - 2}" ${style}/>`;
  }
  const [x, y] = [left(one.column) + size.width, top(one.row) + size.height / 2];
  const apart = 13 * Math.sign(one.row - other.row);
  const [endX, endY] = [left(other.column) - 2, top(other.row) + size.height / 2 + apart];
  const middle = (x + endX) / 2;
  return `<path d="M${x} ${y}C${middle} ${y} ${middle} ${endY} ${endX} ${endY}" ${style}/>`;
}

function found(id: string, boxes: readonly Box[]): Box {
  const box = boxes.find((each) => each.id === id);
  if (box === undefined) throw new Error(`the picture has no box ${id}`);
  return box;
}

function left(column: number): number {
  return size.marginX + column * (size.width + size.gapX);
}

function right(column: number): number {
  return left(column) + size.width - size.marginX;
}

function top(row: number): number {
  return size.marginY + row * (size.height + size.gapY);
}

function bottom(row: number): number {
  return top(row) + size.height - size.marginY;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
