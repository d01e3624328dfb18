import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { judgeCommand } from './index.js';
import { HERE } from './testing/corpora.js';

const root = new URL('../../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const judge = (command: string) => judgeCommand({ command, ...HERE });

const manifest = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
const SHELL_FILES = ['rig', '.ci/run'].filter((path) => existsSync(new URL(path, root)));

/** What people and agents type while they work on this repository. */
const TYPED = [
  'npm ci',
  'npm install',
  'npm ci --no-audit --no-fund',
  'npm run build',
  './rig test',
  './rig up',
  './rig demo',
  './rig replay --verify',
  'bash .ci/run',
  'CI=true bash .ci/run',
  'npx tsc -b',
  'npx tsc -b --clean',
  'npx tsc -b libs/guard apps/cli',
  'npx prettier --write libs/guard',
  'npx prettier --check .',
  'npx eslint libs apps --max-warnings 0',
  'npx nx run-many -t build',
  'npx depcruise --config .dependency-cruiser.mjs libs apps',
  'NODE_OPTIONS=--experimental-vm-modules npx jest libs/guard',
  "NODE_OPTIONS=--experimental-vm-modules npx jest -t 'blocks rm -rf /'",
  'rm -rf libs/*/dist apps/*/dist',
  'rm -rf node_modules && npm ci',
  'rm -rf .rig',
  "find libs apps -name '*.tsbuildinfo' -delete",
  'node apps/cli/dist/main.js --help',
  'node --enable-source-maps apps/conductor/dist/main.js',
  'RIG_PORT=0 node apps/gateway/dist/main.js &',
  'curl -s http://127.0.0.1:8080/healthz | jq .',
  "curl -sN http://127.0.0.1:8080/api/live -H 'Authorization: Bearer x' | head -20",
  'psql "$RIG_POSTGRES_URL" -c "SELECT count(*) FROM conductor.events"',
  'git status && git diff --stat && git log --oneline -20',
  'git add libs/guard && git commit -m "feat(guard): rules" -- libs/guard',
  'git fetch origin && git rebase origin/main',
  'git push --force-with-lease origin rig/issue-4-guard',
  'git worktree add /tmp/rig-task-1 rig/issue-4-guard',
  'git worktree remove --force /tmp/rig-task-1',
  'docker compose up -d && docker compose down',
  'kill %1; wait',
  'tail -f .rig/logs/conductor.log',
  "grep -rn 'TODO' libs apps --include='*.ts'",
  'wc -l $(git ls-files "*.ts") | sort -n | tail',
  'kubectl get pods -n rig && kubectl logs deploy/conductor -n rig --tail=100',
  'helm template charts/rig | kubectl apply --dry-run=client -f -',
];

describe('the work on this repository', () => {
  it.each(Object.entries(manifest.scripts))('npm run %s is allowed', (_name, script) => {
    expect(judge(script)).toMatchObject({ decision: 'allow' });
  });

  it.each(SHELL_FILES)('%s is allowed, every line of it', (path) => {
    const scripts = (asked: string) => (asked === `${HERE.workspace}/${path}` ? text(path) : undefined);
    expect(judgeCommand({ command: `./${path} test`, ...HERE, scripts })).toMatchObject({ decision: 'allow' });
  });

  it.each(TYPED)('%s is allowed', (command) => {
    expect(judge(command)).toMatchObject({ decision: 'allow' });
  });
});
