/** What a service reads from its environment, as docs/config.md tells it. */
export interface ConfigVariables {
  readonly required: readonly string[];
  readonly known: readonly string[];
}

const ROW = /^\| `(?<name>[A-Z0-9_]+)`\s*\|.*\| (?<fallback>[^|]*?)\s*\|$/;

/** Variables by section of the page; `every service` holds for all. The page is generated, so its form is known. */
export const parseConfigPage = (page: string): ReadonlyMap<string, ConfigVariables> =>
  new Map(
    page
      .split(/^## /m)
      .slice(1)
      .map((section): [string, ConfigVariables] => {
        const [title = '', ...lines] = section.split('\n');
        const rows = lines.flatMap((line) => {
          const groups = ROW.exec(line)?.groups;
          return groups === undefined ? [] : [groups];
        });
        return [
          title.trim(),
          {
            known: rows.map((row) => row['name'] ?? ''),
            required: rows.filter((row) => row['fallback'] === 'required').map((row) => row['name'] ?? ''),
          },
        ];
      }),
  );

/** Names that are Rig's to define; others (OTEL_…, a model's key) are somebody else's. */
const OURS = /^(RIG_|GITHUB_|DEV_FORGE_|HOSTNAME$|LOG_LEVEL$)/;

/** What is wrong with the variables that a process is given: one it needs is missing, one that it does not know is there. */
export const checkVariables = (
  page: ReadonlyMap<string, ConfigVariables>,
  app: string,
  given: readonly string[],
): readonly string[] => {
  const own = page.get(app);
  if (own === undefined) return [`docs/config.md has no section on ${app}`];
  const common = page.get('every service') ?? { required: [], known: [] };
  // dev-forge stands for a forge outside, and shares nothing with the services.
  const known = app === 'dev-forge' ? own.known : [...common.known, ...own.known];
  const required = app === 'dev-forge' ? own.required : [...common.required, ...own.required];
  const has = (name: string): boolean => given.includes(name) || given.includes(`${name}_FILE`);
  return [
    ...required.filter((name) => !has(name)).map((name) => `${name} is not set`),
    ...given
      .filter((name) => OURS.test(name) && !known.includes(name) && !known.includes(name.replace(/_FILE$/, '')))
      .map((name) => `${name} is set, and ${app} does not read it`),
  ];
};
