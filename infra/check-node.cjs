// Runs before the Pulumi program, in the Node that the language host finds on PATH (nodeargs in Pulumi.yaml). An old Node cannot
// parse the program, and its error does not help. This file is plain JavaScript that every Node can parse.
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
// The first releases that run TypeScript without a flag.
if (!(major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18))) {
  console.error(
    `bedrock-gateway needs Node 22.18 or later, and this pulumi runs it with Node ${process.versions.node}. In the project's folder, run: npm ci && npx pulumi up (npx pulumi uses the project's own Node)`,
  );
  // Pulumi's language host adds no message of its own to this exit code.
  process.exit(32);
}
