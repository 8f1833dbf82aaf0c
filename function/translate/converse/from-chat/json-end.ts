/** Follows the text of a JSON object as it comes, and knows when it is whole. */
export interface JsonEnd {
  depth: number;
  inString: boolean;
  escaped: boolean;
  whole: boolean;
}

/** The state of the search for the end of a JSON value. */
export function jsonEnd(): JsonEnd {
  return { depth: 0, inString: false, escaped: false, whole: false };
}

/** Reads one more piece. Non-JSON text may never complete; this only affects when the block is closed. */
export function follow(state: JsonEnd, piece: string): void {
  for (const char of piece) {
    if (state.inString) inString(state, char);
    else if (char === '"') state.inString = true;
    else if (char === '{' || char === '[') state.depth += 1;
    else if (char === '}' || char === ']') {
      state.depth -= 1;
      state.whole = state.depth === 0;
    }
  }
}

function inString(state: JsonEnd, char: string): void {
  if (state.escaped) state.escaped = false;
  else if (char === '\\') state.escaped = true;
  else if (char === '"') state.inString = false;
}
