/**
 * Makes the files of the hook: node tools/hook/bundle.ts [folder]
 * Part of `npm run build` and of `./rig`; by default they lie in apps/guard-hook/dist/bundle.
 */
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const outdir = process.argv[2] ?? `${root}apps/guard-hook/dist/bundle`;

/** Our own packages, from their sources; what is not used of them is left out, whatever else it would do on loading. */
const ownPackages: Plugin = {
  name: 'own-packages',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@rig\/[a-z-]+$/ }, ({ path }) => ({
      path: `${root}libs/${path.slice('@rig/'.length)}/src/index.ts`,
      sideEffects: false,
    }));
    onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, resolveDir, importer }) =>
      importer.includes('/node_modules/')
        ? undefined
        : { path: fileURLToPath(new URL(path.replace(/\.js$/, '.ts'), `file://${resolveDir}/`)), sideEffects: false },
    );
  },
};

/** Loaded only when something of them is used: node:crypto alone takes as long as a decision. */
const SELDOM = ['node:crypto', 'node:module'];

const exportsOf = (path: string): string => {
  const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== 'default');
  const load = `process.getBuiltinModule(${JSON.stringify(path)})`;
  const seldom = SELDOM.includes(path);
  return [
    seldom ? '' : `const loaded = /* @__PURE__ */ ${load};`,
    'const pick = (name) => loaded[name];',
    ...names.map((name) =>
      seldom
        ? `export const ${name} = (...given) => ${load}.${name}(...given);`
        : `export const ${name} = /* @__PURE__ */ pick(${JSON.stringify(name)});`,
    ),
  ].join('\n');
};

/**
 * Node's own modules without `require`, which a script that is run from a code cache does not have, and of each only the
 * names that are used.
 */
const nodeModules: Plugin = {
  name: 'node-modules',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'node', sideEffects: false }));
    onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({ contents: exportsOf(path) }));
  },
};

const source = (name: string): string => `${root}apps/guard-hook/src/${name}.ts`;

const common: BuildOptions = {
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  charset: 'ascii',
  platform: 'node',
  target: 'node24',
  // Reads corpora, which no hook does.
  define: { 'import.meta.url': '""' },
  plugins: [ownPackages, nodeModules],
  logLevel: 'warning',
};

// Before anything else, module bodies included: whatever goes wrong is a refusal.
const banner = { js: 'process.exitCode=2;' };

await build({
  ...common,
  entryPoints: { 'guard-hook': source('main'), start: source('start') },
  format: 'iife',
  banner,
});
await build({ ...common, entryPoints: { train: source('train') }, format: 'cjs', plugins: [ownPackages] });
await build({ ...common, entryPoints: { 'policy-parser': source('policy-parser') }, format: 'cjs' });
