// What Pulumi starts. Its runner would compile TypeScript with a compiler that is too old; Node needs none.
import './pack.ts';
