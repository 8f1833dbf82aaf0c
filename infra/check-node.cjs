// Runs before the Pulumi program, in whatever Node the language host finds on PATH (nodeargs in Pulumi.yaml). An old one
// could not even read the program's first line, and says so in words that help nobody. Plain JavaScript that any Node reads.
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
// The releases from which on Node runs TypeScript without a flag.
if (!(major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18))) {
  console.error(
    `bedrock-gateway needs Node 22.18 or later, and this pulumi runs it with Node ${process.versions.node}. In the project's folder, run: npm ci && npx pulumi up (npx pulumi uses the project's own Node)`,
  );
  // Pulumi's language host adds no message of its own to this exit code.
  process.exit(32);
}
