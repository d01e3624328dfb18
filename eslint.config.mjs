import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const specs = ['**/*.spec.ts', '**/*.types.ts', '**/src/testing/**/*.ts'];

/** Who may use whom. The rooms inside a project and the packages behind one door are held by .dependency-cruiser.mjs. */
const boundaries = [
  { sourceTag: 'scope:kernel', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:contracts', onlyDependOnLibsWithTags: ['scope:kernel'] },
  { sourceTag: 'scope:policy', onlyDependOnLibsWithTags: ['scope:kernel', 'scope:contracts'] },
  {
    sourceTag: 'scope:infra',
    onlyDependOnLibsWithTags: ['scope:kernel', 'scope:contracts', 'scope:policy', 'scope:infra', 'scope:testkit'],
  },
  { sourceTag: 'scope:testkit', onlyDependOnLibsWithTags: ['scope:kernel', 'scope:infra'] },
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:lib'] },
  // Measures what apps do, and is used by nobody: docs/adr/0008-benches-read-apps.md.
  { sourceTag: 'type:bench', onlyDependOnLibsWithTags: ['type:lib', 'type:app'] },
];

const impure = [
  ['Date', 'Time comes in as a value.'],
  ['process', 'Configuration comes in as a value.'],
  ['setTimeout', 'Time belongs to flows and edge.'],
  ['setInterval', 'Time belongs to flows and edge.'],
  ['setImmediate', 'Time belongs to flows and edge.'],
  ['fetch', 'I/O belongs to edge.'],
  ['crypto', 'Randomness comes in as a value.'],
  ['console', 'Return what is to be said.'],
].map(([name, message]) => ({ name, message: `core is pure. ${message}` }));

const impureSyntax = [
  ['FunctionDeclaration[async=true], FunctionExpression[async=true], ArrowFunctionExpression[async=true]', 'no async'],
  ['AwaitExpression', 'no await'],
  ['MemberExpression[object.name="Math"][property.name="random"]', 'randomness comes in as a value'],
].map(([selector, message]) => ({ selector, message: `core is pure: ${message}.` }));

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.rig/**', '.nx/**', '**/coverage/**', 'charts/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  js.configs.recommended,
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly', globalThis: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.specs.json', './tools/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Our objects are closures declared by interfaces: their methods know no `this` and may be passed on.
      '@typescript-eslint/unbound-method': 'off',
      // An async function without await still turns a throw into a rejection, which is what an interface promises.
      '@typescript-eslint/require-await': 'off',
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], depConstraints: boundaries, banTransitiveDependencies: false },
      ],
    },
  },
  {
    files: ['bench/src/**/*.ts'],
    ignores: ['bench/src/product/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['@rig/*/dist/*'], message: 'What is taken from an app is taken in bench/src/product.' }],
        },
      ],
    },
  },
  {
    files: ['bench/src/product/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: ['@rig/conductor/dist/**', '@rig/dispatcher/dist/**'], depConstraints: boundaries },
      ],
    },
  },
  {
    files: ['apps/*/src/core/**/*.ts', 'libs/policy/src/**/*.ts'],
    ignores: specs,
    rules: {
      'no-restricted-globals': ['error', ...impure],
      'no-restricted-syntax': ['error', ...impureSyntax],
    },
  },
  {
    files: specs,
    rules: {
      'max-lines-per-function': 'off',
      // Asymmetric matchers are typed as any by their authors.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'node:timers/promises',
              message: 'A test waits for what it expects: eventually() of @rig/testkit.',
            },
          ],
        },
      ],
    },
  },
  prettier,
);
