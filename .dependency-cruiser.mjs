const SPEC = '\\.(spec|types)\\.ts$';

/** A package that one project hides from all others: `doors` are the folders that may import it. */
const behind = (name, packages, doors) => ({
  name: `${name}-behind-its-door`,
  comment: `${name} is used by ${doors.join(', ')} only; everyone else goes through their interface.`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: doors },
  to: { path: `(^|/)node_modules/(${packages})/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle makes two files one, and their order of loading a matter of luck.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-deep-imports',
      comment: 'A library is its index.ts.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/', pathNot: ['^libs/$2/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'app-not-to-app',
      comment: 'Services talk through streams.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'lib-not-to-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'core-is-pure',
      comment: 'core knows core, kernel, contracts, policy, guard and zod: no I/O, no flows, no edge.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/core/', pathNot: SPEC },
      to: { pathNot: ['^apps/$1/src/core/', '^libs/(kernel|contracts|policy|guard)/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'flows-not-to-edge',
      comment: 'flows get their dependencies as arguments.',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/flows/', pathNot: SPEC },
      to: {
        path: [
          '^apps/[^/]+/src/edge/',
          '^(node:)?(fs|fs/promises|child_process|net|http|https|dgram|tls|worker_threads)$',
        ],
      },
    },
    {
      name: 'kernel-and-contracts-are-pure',
      severity: 'error',
      from: { path: '^libs/(kernel|contracts|policy)/', pathNot: SPEC },
      to: { pathNot: ['^libs/(kernel|contracts|policy)/', '(^|/)node_modules/(zod|yaml)/', '^(node:)?crypto$'] },
    },
    {
      name: 'testkit-in-tests-only',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testkit/', '^apps/cli/src/edge/faults/', SPEC, '/src/testing/'] },
      to: { path: '^libs/testkit/' },
    },
    behind('ioredis', '(ioredis|bullmq)', ['^libs/stream-bus/', SPEC]),
    behind('pg', '(pg|pg-[a-z]+|@types/pg)', ['^libs/(event-store|inbox|outbox|testkit)/', SPEC]),
    behind('peers', '(@event-driven-io|graphile-worker|graphile-config|cc-safety-net)', ['^bench/']),
    {
      name: 'nobody-uses-benches',
      comment: 'They measure the product and are no part of it.',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { path: '^bench/' },
    },
    behind('octokit', '(@octokit)', ['^libs/forge/', SPEC]),
    behind('nest', '(@nestjs)', [
      '^libs/nest-kit/',
      '^apps/[^/]+/src/edge/',
      '^apps/[^/]+/src/(app\\.module|main)\\.ts$',
      SPEC,
    ]),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.specs.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
