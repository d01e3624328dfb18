import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RigError, type Logger } from '@rig/kernel';
import { inTransaction, patient, type SqlPool, type SqlRunner } from './pool.js';

export interface MigrateOptions {
  /** Schema that `:schema` in the files stands for; lower case letters, digits and `_`. Made where it is missing. */
  readonly schema: string;
  /** Folder with numbered files: `001-events.sql`, `002-….sql`. */
  readonly directory: URL | string;
  /**
   * Name of this set of files; several sets live in one schema, each counts for itself.
   * Default: the name of the folder that holds `directory` (`libs/inbox/sql` is the set `inbox`).
   */
  readonly set?: string;
  readonly logger: Logger;
}

/** Postgres' code of a statement that the role has no right to. */
const INSUFFICIENT_PRIVILEGE = '42501';

interface Migration {
  readonly name: string;
  readonly hash: string;
  readonly sql: string;
}

const wrong = (code: string, message: string, fix: string): RigError =>
  new RigError({ code, kind: 'terminal', message, fix });

/** Throws unless the name can stand in SQL without quotes. */
export const checkSchemaName = (schema: string): string => {
  if (/^[a-z_][a-z0-9_]{0,40}$/.test(schema)) return schema;
  throw wrong('SCHEMA_NAME_INVALID', `"${schema}" cannot be a schema's name`, 'Use lower case letters, digits and _.');
};

const readMigrations = async (directory: string, schema: string): Promise<readonly Migration[]> => {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  for (const name of names) {
    const number = /^(\d{3})-[a-z0-9-]+\.sql$/.exec(name)?.[1];
    if (number === undefined || numbers.has(number)) {
      throw wrong('MIGRATION_NAME_INVALID', `${name} has no number of its own`, 'Name it like 004-what-it-does.sql.');
    }
    numbers.add(number);
  }
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(directory, name), 'utf8');
      const sql = text.replaceAll(/(?<!:):schema\b/g, schema);
      return { name, hash: createHash('sha256').update(text).digest('hex'), sql };
    }),
  );
};

/** Whether nothing is missing: then nothing of a schema is touched, and a role that may not change it can start. */
const isUpToDate = async (
  pool: SqlPool,
  schema: string,
  set: string,
  migrations: readonly Migration[],
): Promise<boolean> => {
  const there = await pool.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = 'migrations'`,
    [schema],
  );
  if (there.rowCount === 0) return false;
  const known = await pool.query<{ name: string; hash: string }>(
    `select name, hash from ${schema}.migrations where set_name = $1`,
    [set],
  );
  const hashes = new Map(known.rows.map((row) => [row.name, row.hash]));
  return migrations.every(({ name, hash }) => hashes.get(name) === hash);
};

/** A role with few rights comes before the owner of the schema. */
const explained = (error: unknown, schema: string): unknown =>
  error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE
    ? new RigError({
        code: 'SCHEMA_NOT_OURS',
        kind: 'terminal',
        message: `This database role may not bring the schema ${schema} up to date: ${error.message}`,
        fix: `Start the service that owns ${schema} first, then this one; deploy/postgres/roles.sql says who owns what.`,
        cause: error,
      })
    : error;

const applyMissing = async (
  client: SqlRunner,
  schema: string,
  set: string,
  migrations: readonly Migration[],
): Promise<readonly string[]> => {
  const known = await client.query<{ name: string; hash: string }>(
    `select name, hash from ${schema}.migrations where set_name = $1`,
    [set],
  );
  const hashes = new Map(known.rows.map((row) => [row.name, row.hash]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const hash = hashes.get(migration.name);
    if (hash === migration.hash) continue;
    if (hash !== undefined) {
      const message = `${set}/${migration.name} was changed after it had been applied`;
      throw wrong('MIGRATION_CHANGED', message, 'Restore the file and put the change into a new one.');
    }
    await client.query(migration.sql);
    await client.query(`insert into ${schema}.migrations (set_name, name, hash) values ($1, $2, $3)`, [
      set,
      migration.name,
      migration.hash,
    ]);
    applied.push(migration.name);
  }
  return applied;
};

const bringUpToDate = async (
  pool: SqlPool,
  schema: string,
  set: string,
  migrations: readonly Migration[],
): Promise<readonly string[]> => {
  if (await isUpToDate(pool, schema, set, migrations)) return [];
  return inTransaction(pool, async (connection) => {
    const client = patient(connection);
    await client.query("set local lock_timeout = '60s'; set local statement_timeout = '300s'");
    await client.query("select pg_advisory_xact_lock(hashtextextended('rig.migrate', 0))");
    // IF NOT EXISTS would ask for the right to make schemas even where this one exists.
    const found = await client.query('select from pg_namespace where nspname = $1', [schema]);
    if (found.rowCount === 0) await client.query(`create schema ${schema}`);
    await client.query(
      `create table if not exists ${schema}.migrations (set_name text not null, name text not null, hash text not null,
         applied_at timestamptz not null default clock_timestamp(), primary key (set_name, name))`,
    );
    return applyMissing(client, schema, set, migrations);
  });
};

/**
 * Brings a schema up to date: applies what has not been applied, in order, in one transaction. Two that start at once
 * wait for each other (at most 60 s). Files are append-only: a changed one is an error. Resolves to what was applied.
 * A role that may only read the schema can call it as long as nothing is missing; else SCHEMA_NOT_OURS (terminal).
 */
export const migrate = async (pool: SqlPool, options: MigrateOptions): Promise<readonly string[]> => {
  const schema = checkSchemaName(options.schema);
  const path = typeof options.directory === 'string' ? options.directory : fileURLToPath(options.directory);
  const set = options.set ?? basename(dirname(join(path, '.')));
  const migrations = await readMigrations(path, schema);
  try {
    const applied = await bringUpToDate(pool, schema, set, migrations);
    if (applied.length > 0) options.logger.log('info', 'migrations applied', { schema, set, applied });
    return applied;
  } catch (error) {
    throw explained(error, schema);
  }
};

/** The tables and functions of the event store, the relay marker and the snapshots. */
export const migrateEventStore = (
  pool: SqlPool,
  options: { readonly schema: string; readonly logger: Logger },
): Promise<readonly string[]> =>
  migrate(pool, { ...options, directory: new URL('../sql/', import.meta.url), set: 'event-store' });
