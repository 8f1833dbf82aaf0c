import { parseSync, Visitor } from 'oxc-parser';

/** A change to one file that a test should notice. */
export interface Mutant {
  /** The path below the repository's root. */
  readonly file: string;
  readonly line: number;
  /** What was changed, such as `flipped comparison`. */
  readonly kind: string;
  /** The source that is replaced, by its place in the file, and what stands there instead. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const flips: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
};

const equality: ReadonlySet<string> = new Set(['===', '!==']);

/** Lists every mutant of a file: flipped comparisons, negated conditions, dropped statements and members, swapped literals. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const mutants: Mutant[] = [];
  const keys = new Set<number>();

  function add(kind: string, { start, end }: Pick<Node, 'start' | 'end'>, text: string): void {
    const line = source.slice(0, start).split('\n').length;
    mutants.push({ file, line, kind, start, end, text });
  }

  function negate(test: Node & { readonly operator?: string }): void {
    // The flipped comparison is the same mutant.
    if (test.type === 'BinaryExpression' && equality.has(test.operator ?? '')) return;
    add('negated condition', test, `!(${source.slice(test.start, test.end)})`);
  }

  /** Drops each member of a literal, with the comma after it. */
  function dropEach(members: readonly (Node | null)[], end: number): void {
    members.forEach((member, index) => {
      if (member === null) return;
      const next = members[index + 1];
      add('dropped member', { start: member.start, end: next?.start ?? end - 1 }, '');
    });
  }

  new Visitor({
    BinaryExpression(node) {
      const flipped = flips[node.operator];
      if (flipped === undefined) return;
      const between = source.slice(node.left.end, node.right.start);
      add(
        'flipped comparison',
        { start: node.left.end, end: node.right.start },
        between.replace(node.operator, flipped),
      );
    },
    LogicalExpression(node) {
      const flipped = { '&&': '||', '||': '&&' }[node.operator as string];
      if (flipped === undefined) return;
      const between = source.slice(node.left.end, node.right.start);
      add(
        'negated condition',
        { start: node.left.end, end: node.right.start },
        between.replace(node.operator, flipped),
      );
    },
    IfStatement: (node) => negate(node.test),
    WhileStatement: (node) => negate(node.test),
    ConditionalExpression: (node) => negate(node.test),
    UnaryExpression(node) {
      if (node.operator === '!') add('negated condition', { start: node.start, end: node.argument.start }, '');
    },
    ExpressionStatement(node) {
      if (!('directive' in node && typeof node.directive === 'string')) add('dropped statement', node, ';');
    },
    ThrowStatement: (node) => add('dropped statement', node, ';'),
    ObjectExpression: (node) => dropEach(node.properties, node.end),
    ArrayExpression: (node) => dropEach(node.elements, node.end),
    Property(node) {
      keys.add(node.key.start);
    },
    ImportDeclaration(node) {
      keys.add(node.source.start);
    },
    ImportExpression(node) {
      keys.add(node.source.start);
    },
    ExportNamedDeclaration(node) {
      if (node.source) keys.add(node.source.start);
    },
    TSLiteralType(node) {
      keys.add(node.literal.start);
    },
    Literal(node) {
      if (keys.has(node.start)) return;
      const { value } = node;
      if (typeof value === 'boolean') add('swapped literal', node, String(!value));
      else if (typeof value === 'number') add('swapped literal', node, String(value + 1));
      else if (typeof value === 'string') add('swapped literal', node, value === '' ? "'x'" : "''");
    },
  }).visit(parseSync(file, source).program);
  return mutants;
}

/** A number from 0 to below 1 for each call, the same ones for the same seed (mulberry32). */
export function randomBy(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws mutants so that every folder has its share: as many as its part of all, and at least `least` where it has them. */
export function sample(
  groups: ReadonlyMap<string, readonly Mutant[]>,
  { count, least, random }: { readonly count: number; readonly least: number; readonly random: () => number },
): Mutant[] {
  const total = [...groups.values()].reduce((sum, { length }) => sum + length, 0);
  const drawn = [...groups.values()].flatMap((mutants) => {
    const share = Math.max(least, Math.round((count * mutants.length) / total));
    return shuffled(mutants, random).slice(0, share);
  });
  return shuffled(drawn, random).slice(0, count);
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const tagged = items.map((item) => ({ item, at: random() }));
  return tagged.toSorted((one, other) => one.at - other.at).map(({ item }) => item);
}
