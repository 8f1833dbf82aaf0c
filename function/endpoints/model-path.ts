/**
 * The path of an operation of Bedrock's runtime. Model ids and ARNs have `:` and `/`, which clients encode and edges decode:
 * the match is greedy, and the parameter `model` comes decoded.
 */
export function modelPath(operation: string): string {
  return `/model/:model{.+}/${operation}`;
}
