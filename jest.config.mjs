const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: false },
      },
      module: { type: 'es6' },
    },
  ],
};

const shared = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@rig/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/\\.rig/'],
  transform,
};

/** Two projects: `unit` needs nothing, `int` gets one Postgres and one Valkey for the whole run. */
export default {
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['**/src/**/*.unit.spec.ts'] },
    {
      ...shared,
      displayName: 'int',
      testMatch: ['**/src/**/*.int.spec.ts'],
      globalSetup: '<rootDir>/libs/testkit/jest/global-setup.mjs',
      globalTeardown: '<rootDir>/libs/testkit/jest/global-teardown.mjs',
    },
  ],
};
