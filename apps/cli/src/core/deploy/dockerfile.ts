/** One instruction, its continued lines joined. */
export interface Instruction {
  readonly keyword: string;
  readonly args: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

export interface BuildStage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Before the first FROM. */
  readonly args: Readonly<Record<string, string>>;
  readonly stages: readonly BuildStage[];
}

const instructionsOf = (text: string): readonly Instruction[] => {
  const found: Instruction[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const start = at;
    let joined = lines[at] ?? '';
    if (joined.trim() === '' || joined.trimStart().startsWith('#')) continue;
    while (joined.endsWith('\\') && at + 1 < lines.length)
      joined = `${joined.slice(0, -1)} ${(lines[++at] ?? '').trim()}`;
    const [, keyword = '', args = ''] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(joined) ?? [];
    found.push({ keyword: keyword.toUpperCase(), args: args.trim(), line: start + 1 });
  }
  return found;
};

/** Stages of a Dockerfile in order; one without a name is called by its number. */
export const parseDockerfile = (text: string): Dockerfile => {
  const args: Record<string, string> = {};
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    const stage = stages.at(-1);
    if (instruction.keyword === 'FROM') {
      const [, from = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(instruction.args) ?? [];
      stages.push({ name: name ?? String(stages.length), from, instructions: [] });
    } else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') {
      const [name = '', value = ''] = instruction.args.split('=');
      args[name] = value;
    }
  }
  return { args, stages };
};

/** What a stage and those that it stands on say, the base first. */
const lineage = ({ stages }: Dockerfile, stage: BuildStage): readonly Instruction[] => {
  const base = stages.find(({ name }) => name === stage.from);
  return [...(base === undefined ? [] : lineage({ args: {}, stages }, base)), ...stage.instructions];
};

const last = (instructions: readonly Instruction[], keyword: string): string | undefined =>
  instructions.findLast((instruction) => instruction.keyword === keyword)?.args;

const isExecForm = (args: string | undefined): boolean => /^\[\s*".*"\s*\]$/.test(args ?? '');

const SECRET = /(PASSWORD|SECRET|TOKEN|PRIVATE_KEY)/i;

const stageProblems = (file: Dockerfile, stage: BuildStage): readonly string[] => {
  const all = lineage(file, stage);
  const user = last(all, 'USER');
  const health = last(all, 'HEALTHCHECK') ?? '';
  return [
    ...(user !== undefined && /^[1-9]\d*(:\d+)?$/.test(user)
      ? []
      : [`runs as ${user ?? 'root'}: name a user by number`]),
    ...(isExecForm(last(all, 'ENTRYPOINT')) ? [] : ['its ENTRYPOINT is a shell, which keeps signals to itself']),
    ...(/\bCMD\s+\[/.test(health) ? [] : ['has no HEALTHCHECK in exec form']),
    ...(all.some(({ keyword, args }) => keyword === 'LABEL' && args.includes('org.opencontainers.image.'))
      ? []
      : ['has no labels']),
    ...(all.some(({ keyword, args }) => keyword === 'COPY' && /^\.\s/.test(args))
      ? ['takes in the whole checkout']
      : []),
  ];
};

const lineProblems = ({ keyword, args }: Instruction): readonly string[] => [
  ...(keyword === 'ADD' ? ['ADD fetches and unpacks: use COPY'] : []),
  ...(['ENV', 'ARG'].includes(keyword) && SECRET.test(args) ? ['a secret in a layer stays there'] : []),
  ...(keyword === 'RUN' && /\bnpm (install|i)\b/.test(args) ? ['npm install ignores the lock: use npm ci'] : []),
  ...(keyword === 'RUN' && /\bsudo\b/.test(args) ? ['sudo'] : []),
  ...(keyword === 'RUN' &&
  /apt-get install/.test(args) &&
  !/--no-install-recommends.*rm -rf \/var\/lib\/apt\/lists/.test(args)
    ? ['apt-get install without --no-install-recommends, or with its lists left behind']
    : []),
];

/** What is wrong with a Dockerfile beyond its grammar: who runs, how it ends, what it leaves lying about. */
export const dockerfileProblems = (text: string): readonly string[] => {
  const file = parseDockerfile(text);
  const used = new Set(file.stages.map(({ from }) => from));
  const names = new Set(file.stages.map(({ name }) => name));
  const outer = file.stages
    .map(({ from }) => from)
    .filter((from) => !names.has(from))
    .map((from) => from.replace(/^\$\{?([A-Z_]+)\}?$/, (_, name: string) => file.args[name] ?? from));
  // Stages that nobody builds on and nobody copies from are what is shipped.
  const copied = new Set(
    file.stages.flatMap(({ instructions }) => instructions.flatMap(({ args }) => /--from=(\S+)/.exec(args)?.[1] ?? [])),
  );
  const shipped = file.stages.filter(({ name }) => !copied.has(name) && (!used.has(name) || name === 'service'));
  return [
    ...outer
      .filter((image) => !/[:@][\w.-]*\d[\w.-]*$/.test(image) || image.endsWith(':latest'))
      .map((image) => `FROM ${image}: not pinned`),
    ...shipped.flatMap((stage) => stageProblems(file, stage).map((problem) => `stage ${stage.name}: ${problem}`)),
    ...file.stages.flatMap(({ instructions }) =>
      instructions.flatMap((instruction) =>
        lineProblems(instruction).map((problem) => `line ${instruction.line}: ${problem}`),
      ),
    ),
  ];
};
