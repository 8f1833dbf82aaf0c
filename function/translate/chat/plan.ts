/** What the answer's translation must know of how the request was translated. */
export interface Plan {
  /** Tool names as Converse was given them → as the caller wrote them. Names that did not change are absent. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** By the Converse name of a tool: property names as its model was given them → as the caller wrote them, where they changed. */
  readonly properties: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Converse names of OpenAI `custom` tools, whose one free-text argument travels as `{"input": "…"}`. */
  readonly customTools: ReadonlySet<string>;
  /** True when the caller used the old `functions`: calls come back as `function_call`. */
  readonly functionCall: boolean;
  /** The forced tool whose input is the JSON answer, when the family has no native JSON output. */
  readonly jsonTool: string | undefined;
  /** The property of that tool's input which holds the answer; undefined where the whole input is the answer. */
  readonly jsonWrapper: string | undefined;
  /** True when the answer's text is to be JSON and only an instruction says so: words and fences around it are taken off. */
  readonly jsonText: boolean;
  /** Whether a stream ends with a usage chunk. */
  readonly includeUsage: boolean;
  /** Signed reasoning is carried in tool-call ids only for families that want it back. */
  readonly carryReasoning: boolean;
}
