import { readArgs, valued, valuesOf } from '../argv.js';
import { storeHazards } from '../lang/orm.js';
import { printedTexts, shellHazards, sqlHazards } from '../lang/sql.js';
import type { Call, Handler } from '../machine.js';
import type { Names } from '../names.js';
import { absolute } from '../paths/target.js';
import { STAR, toSource } from '../shell/marks.js';

interface Client {
  /** Options whose value is SQL. */
  readonly code: readonly string[];
  /** Options whose value names a file of SQL. */
  readonly files: readonly string[];
  readonly valued: Names;
  /** Operands are SQL too. */
  readonly operands: boolean;
}

const client = (code: string, options: string, operands = false, files = '-f --file'): Client => ({
  code: code.split(' '),
  files: files.split(' '),
  valued: valued(`${code} ${files} ${options}`),
  operands,
});

const PSQL = client(
  '-c --command',
  '-h -p -U -d -v -o -L -P -F -R -T --host --port --username --dbname --set --variable --output',
);
const MYSQL = client(
  '-e --execute --init-command',
  '-h -u -P -D -S --host --user --port --database --socket --password',
  false,
  '',
);
const GENERIC = client(
  '-c -e -q -Q --command --execute --query --sql --statement --script -cmd --cmd -s',
  '-h -p -u -U -d -P -H -S --host --port --user --database',
  true,
);
const CLIENTS: Readonly<Record<string, Client>> = {
  psql: PSQL,
  pgcli: PSQL,
  cockroach: client('-e --execute', '--url --host --database -d', false),
  mysql: MYSQL,
  mariadb: MYSQL,
  mycli: MYSQL,
  sqlite3: client('-cmd', '-init -separator -newline -nullvalue -vfs -mmap', true, '-init'),
  sqlite: client('-cmd', '-init -separator', true, '-init'),
  duckdb: client('-c -cmd -s', '-init -separator', true, '-f -init'),
};
const OTHERS =
  'sqlcmd osql isql bcp usql cqlsh clickhouse-client clickhouse clickhouse-local snowsql snow trino presto hive beeline ' +
  'spark-sql impala-shell vsql db2 sqlplus sql influx influx3 turso bq athena redshift pgbench tsql fbsql firebird isql-fb';
export const SQL_TOOLS = `${Object.keys(CLIENTS).join(' ')} ${OTHERS}`;

/** `\\i file`, `source file`, `.read file`. */
const INCLUDES = /(?:^|\n|;)\s*(?:\\ir?|\\include|\\\.|source|\.read)\s+['"]?([^\s'";]+)/g;

const judge = (call: Call, sql: string, depth = 0): void => {
  const text = toSource(sql);
  for (const [, file] of depth > 3 ? [] : text.matchAll(INCLUDES)) {
    const path = absolute(file ?? '', call.shell.cwd, call.shell.shared.links);
    const included = call.machine.readFile(path, call.shell);
    if (included !== undefined) judge(call, included, depth + 1);
  }
  for (const hazard of sqlHazards(text)) call.machine.emit({ kind: 'sql', hazard, client: call.name });
  for (const command of shellHazards(text))
    call.machine.runText(command, call.shell.fork(), `${call.name} \\!`, '', true);
};

/** Any client that runs SQL: from its options, its operands, its files, or what it reads. */
export const sqlClient: Handler = (call) => {
  const spec = CLIENTS[call.name] ?? GENERIC;
  const args = readArgs(call.argv, spec.valued);
  const texts = [...valuesOf(args, ...spec.code)];
  for (const file of valuesOf(args, ...spec.files)) {
    const path = absolute(file, call.shell.cwd, call.shell.shared.links);
    const text = file === '-' || file === '/dev/stdin' ? call.stdin : call.machine.readFile(path, call.shell);
    if (text !== undefined) texts.push(text);
  }
  if (spec.operands) texts.push(...args.operands);
  if (call.piped) texts.push(call.stdin);
  for (const text of texts) judge(call, text);
  return printedTexts(texts.join('\n'));
};

/** `dropdb x`, `mysqladmin drop x`. */
export const dropTool: Handler = ({ argv, machine, name }) => {
  const asks = argv.slice(1).some((arg) => /^(--help|-\?|--version|-V)$/.test(arg));
  const drops =
    name === 'dropdb'
      ? argv.length > 1
      : name.startsWith('pg_')
        ? true
        : name === 'mongorestore'
          ? argv.includes('--drop')
          : readArgs(argv, valued('-u -h -P')).operands[0] === 'drop';
  if (drops && !asks) machine.emit({ kind: 'sql', hazard: 'drop', client: name });
  return undefined;
};

const DOCTRINE = /\bdoctrine:(database:drop|schema:drop .*--force)/;

/** Framework commands that empty or drop a database: the words that must stand in this order. */
const FRAMEWORK: readonly (readonly [string, RegExp])[] = [
  ['prisma', /\b(migrate reset|db push .*--force-reset|db drop)/],
  ['rails', /\bdb:(drop|reset|purge|migrate:reset|truncate_all|schema:load)/],
  ['rake', /\bdb:(drop|reset|purge|migrate:reset|truncate_all)/],
  ['artisan', /\b(migrate:(fresh|reset|refresh)|db:wipe)/],
  ['manage.py', /\b(flush|reset_db|sqlflush)\b/],
  ['django-admin', /\b(flush|reset_db)\b/],
  ['sequelize', /\bdb:(drop|migrate:undo:all)/],
  ['sequelize-cli', /\bdb:(drop|migrate:undo:all)/],
  ['typeorm', /\bschema:drop/],
  ['typeorm-ts-node-commonjs', /\bschema:drop/],
  ['typeorm-ts-node-esm', /\bschema:drop/],
  ['dotnet', /^ef database drop\b/],
  ['dotnet-ef', /^database drop\b/],
  ['knex', /\bmigrate:rollback .*--all/],
  ['alembic', /\bdowngrade (.* )?base\b/],
  ['mix', /\becto\.(drop|reset)/],
  ['drizzle-kit', /^drop\b/],
  ['flyway', /\bclean\b/],
  ['liquibase', /\bdrop-?all\b/i],
  ['dbmate', /\bdrop\b/],
  ['supabase', /\bdb reset\b/],
  ['airflow', /\bdb reset\b/],
  ['wp', /\bdb (drop|reset|clean)\b/],
  ['drush', /\bsql[-:]drop\b/],
  ['migrate', /\bdrop\b/],
  ['goose', /\breset\b|\bdown-to 0\b/],
  ['hasura', /\bmetadata clear\b/],
  ['sqlx', /\bdatabase (drop|reset)\b/],
  ['diesel', /\bdatabase reset\b/],
  ['doctrine', /\b(database:drop|schema:drop .*--force)/],
  ['console', DOCTRINE],
  ['symfony', DOCTRINE],
];
export const FRAMEWORK_TOOLS: readonly string[] = FRAMEWORK.map(([name]) => name);

export const framework: Handler = ({ argv, machine, name }) => {
  const words = argv.slice(1).join(' ');
  for (const [tool, pattern] of FRAMEWORK) {
    if (tool === name && pattern.test(words) && !/--help|--dry-run|--sql\b/.test(words)) {
      machine.emit({ kind: 'sql', hazard: 'drop', client: `${name} ${argv[1] ?? ''}` });
    }
  }
  return undefined;
};

/** `cypher-shell`: a pattern without a condition matches every node. */
export const cypher: Handler = ({ argv, machine, piped, stdin, name }) => {
  for (const text of [...argv.slice(1), ...(piped ? [stdin] : [])]) {
    if (/\bMATCH\s*\(\s*\w*\s*\)\s*(DETACH\s+)?DELETE\b/i.test(text))
      machine.emit({ kind: 'sql', hazard: 'delete-all', client: name });
  }
  return undefined;
};

/** `redis-cli FLUSHALL`, from its words or what it reads. */
export const redis: Handler = ({ argv, machine, piped, stdin, name, shell }) => {
  const args = readArgs(argv, valued('-h -p -a -n -u -s --user --pass -x -r -i --eval'));
  const { operands } = args;
  const scripts = valuesOf(args, '--eval').map((file) => machine.readFile(absolute(file, shell.cwd), shell) ?? '');
  const lines = [operands.join(' '), ...scripts, ...(piped ? stdin.split('\n') : [])];
  for (const line of lines) {
    if (
      /^\s*(flushall|flushdb|script flush|debug (segfault|restart)|shutdown)\b/i.test(line) ||
      /redis\.p?call\(\s*['"]flush(all|db)/i.test(line) ||
      /^\s*(del|unlink)\b.*\uFDD4/i.test(line)
    ) {
      machine.emit({ kind: 'sql', hazard: 'truncate', client: name });
    }
  }
  const pattern = argv[argv.indexOf('--pattern') + 1] ?? '*';
  const everyKey = argv.includes('--scan') && (!argv.includes('--pattern') || pattern === '*');
  return everyKey || /^keys \*$/i.test(operands.join(' ')) ? `${STAR}\n` : undefined;
};

const MONGO_DROP =
  /\.dropDatabase\s*\(|\.drop\s*\(\s*\)|\bdropDatabase\b|\.dropCollection\s*\(|\bdrop\(\s*\{?\s*\}?\s*\)/;
const MONGO_ALL = /\.(deleteMany|remove|deleteOne)\s*\(\s*(\{\s*\}\s*[,)]|\))/;

/** `mongosh --eval`, and what it reads. */
export const mongo: Handler = ({ argv, machine, piped, stdin, name, shell }) => {
  const files = argv
    .slice(1)
    .filter((word, index) => /^(-f|--file)$/.test(argv[index] ?? '') || /\.m?js$/.test(word))
    .map((word) => machine.readFile(absolute(word, shell.cwd, shell.shared.links), shell) ?? '');
  for (const text of [...argv.slice(1), ...files, ...(piped ? [stdin] : [])]) {
    if (MONGO_DROP.test(text)) machine.emit({ kind: 'sql', hazard: 'drop', client: name });
    else if (MONGO_ALL.test(text)) machine.emit({ kind: 'sql', hazard: 'delete-all', client: name });
  }
  return undefined;
};

/** Tools that carry SQL among their words: `wrangler d1 execute --command`, `supabase db execute`. */
export const carriesSql: Handler = (call) => {
  for (const word of call.argv.slice(1)) {
    for (const hazard of storeHazards(word)) call.machine.emit({ kind: 'sql', hazard, client: call.name });
    if (!/\s/.test(word)) continue;
    judge(call, word.replace(/^--\w+=/, ''));
    // `rails runner 'connection.execute("DROP TABLE x")'`: the statement is a string in code.
    for (const [, , text] of word.matchAll(/(['"])((?:\\.|(?!\1).)+)\1/g))
      if (/execute|statement|query|unprepared/.test(word)) judge(call, text ?? '');
  }
  const words = call.argv.slice(1).join(' ');
  if (call.piped && /db|sql|execute|query|connect|runner|tinker|shell|console/.test(words)) {
    judge(call, call.stdin);
    for (const hazard of storeHazards(call.stdin)) call.machine.emit({ kind: 'sql', hazard, client: call.name });
  }
  return undefined;
};
