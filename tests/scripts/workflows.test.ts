import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from '../support/gateway.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': unknown };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<'check' | 'preview' | 'deploy', Job>>;
}

const folder = path.join(root, '.github', 'workflows');
const text = readFileSync(path.join(folder, 'gateway.yml'), 'utf8');
const workflow: Workflow = parse(text);
const { check, preview, deploy } = workflow.jobs;
const scripts: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
).scripts;

test('there is one workflow, for pull requests and for main', () => {
  expect(readdirSync(folder)).toEqual(['gateway.yml']);
  expect(workflow.on).toEqual({ pull_request: null, push: { branches: ['main'] } });
  expect(Object.keys(workflow.jobs)).toEqual(['check', 'preview', 'deploy']);
});

test('every action is pinned by the commit of its release', () => {
  const uses = [...text.matchAll(/uses: (\S+) # (\S+)/g)].map(([, action, version]) => `${action} ${version}`);
  expect(uses).toHaveLength(text.match(/uses:/g)?.length ?? 0);
  expect([...new Set(uses)]).toEqual([
    'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd v6.0.2',
    'actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 v6.0.0',
    'aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 v6.0.0',
  ]);
});

test('each job may do no more than it needs, and none has a long-lived key', () => {
  expect(workflow.permissions).toEqual({});
  expect(check.permissions).toEqual({ contents: 'read' });
  expect(preview.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  expect(deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  expect(text).not.toMatch(/secrets\b|aws-access-key|ACCESS_KEY|ACCESS_TOKEN/);
  const checkouts = Object.values(workflow.jobs).flatMap(({ steps }) =>
    steps.filter(({ uses }) => uses?.startsWith('actions/checkout')),
  );
  expect(checkouts.map((step) => step.with)).toEqual(
    Array.from({ length: 3 }, () => ({ 'persist-credentials': false })),
  );
});

test('a fork gets no role: its code runs without one', () => {
  expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
  expect(preview.if).toBe(
    "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository && vars.AWS_PREVIEW_ROLE != ''",
  );
  expect(deploy.if).toBe(
    "github.event_name == 'push' && github.ref == 'refs/heads/main' && vars.AWS_DEPLOY_ROLE != ''",
  );
});

test('two deployments never run at once, none is cut off, and none goes without the checks', () => {
  expect(deploy.concurrency).toEqual({ group: 'deploy', 'cancel-in-progress': false });
  expect(deploy.needs).toBe('check');
  expect(preview.concurrency).toEqual({ group: 'preview-${{ github.ref }}', 'cancel-in-progress': true });
});

test('commands are npm scripts that exist, and no expression is part of a command', () => {
  const commands = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(commands).toEqual([
    'npm ci',
    'npm test',
    'npm ci',
    'npm run preview -- --stack "$STACK"',
    'npm ci',
    'npm run deploy -- --stack "$STACK"',
  ]);
  expect(scripts).toMatchObject({
    preview: 'pulumi preview --non-interactive',
    deploy: 'pulumi up --yes --non-interactive',
  });
});

test("the roles' trust in docs/deploying.md names the environments of the jobs", () => {
  const page = readFileSync(path.join(root, 'docs', 'deploying.md'), 'utf8');
  const section = /^## From GitHub Actions\n(.*?)^## /ms.exec(page)?.[1] ?? '';
  const trust = JSON.parse(/```json\n(.*?)```/s.exec(section)?.[1] ?? '{}');
  expect(trust.Statement).toEqual([
    {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': 'repo:example/gateway:environment:production',
        },
      },
    },
  ]);
  expect(deploy.environment).toBe('production');
  expect(preview.environment).toBe('preview');
  const documented = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(new Set(documented)).toEqual(new Set([...text.matchAll(/vars\.(\w+)/g)].map(([, name]) => name)));
  expect(documented).toHaveLength(5);
});
