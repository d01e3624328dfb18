import { messageOf } from '@rig/kernel';
import { nameOf, type Manifest } from '../../core/deploy/manifest.js';
import { ownSchemas, problemsOf } from '../../core/deploy/own-schemas.js';
import { watch } from '../../core/deploy/strict.js';

/** Packages that carry the CRDs' schemas, by the end of the API group; everything else is Kubernetes' own. */
const PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)keda\.sh$/, '@kubernetes-models/keda'],
  [/(^|\.)toolkit\.fluxcd\.io$/, '@kubernetes-models/flux-cd'],
  [/^external-secrets\.io$/, '@kubernetes-models/external-secrets'],
  [/^monitoring\.coreos\.com$/, '@kubernetes-models/prometheus-operator'],
];

type Validate = (this: unknown) => void;

const hasValidate = (value: unknown): value is { readonly prototype: { validate: Validate } } =>
  typeof value === 'function' &&
  typeof (value as { prototype?: { validate?: unknown } }).prototype?.validate === 'function';

const moduleOf = ({ apiVersion, kind }: Manifest): string => {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const name = PACKAGES.find(([pattern]) => pattern.test(group))?.[1] ?? 'kubernetes-models';
  return `${name}/${apiVersion}/${kind}`;
};

const cache = new Map<string, Promise<Validate | undefined>>();

const load = async (path: string, kind: string): Promise<Validate | undefined> => {
  const loaded: unknown = await import(path).catch(() => undefined);
  const model: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, kind) : undefined;
  return hasValidate(model) ? model.prototype.validate : undefined;
};

const validatorOf = (manifest: Manifest): Promise<Validate | undefined> => {
  const path = moduleOf(manifest);
  const known = cache.get(path) ?? load(path, manifest.kind);
  cache.set(path, known);
  return known;
};

/** Lists and maps of plain values as YAML gives them hold no undefined and no prototypes of their own. */
const validate = (validator: Validate, manifest: Manifest): readonly string[] => {
  const watched = watch(manifest);
  try {
    validator.call(watched.value);
  } catch (error) {
    return [messageOf(error)];
  }
  return watched.unknownKeys().map((path) => `${path} is no key of ${manifest.kind}`);
};

/** What is wrong with one object by its schema: wrong types, missing keys, unknown keys, a kind nobody knows. */
export const schemaProblems = async (manifest: Manifest): Promise<readonly string[]> => {
  const own = ownSchemas[`${manifest.apiVersion} ${manifest.kind}`];
  const validator = own === undefined ? await validatorOf(manifest) : undefined;
  if (own === undefined && validator === undefined) {
    return [`${nameOf(manifest)}: there is no schema for ${manifest.apiVersion} ${manifest.kind}`];
  }
  const problems = own === undefined ? validate(validator as Validate, manifest) : problemsOf(own, manifest);
  return problems.map((problem) => `${nameOf(manifest)}: ${problem}`);
};
