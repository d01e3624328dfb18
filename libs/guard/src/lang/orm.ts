import type { SqlHazard } from './sql.js';

/** Calls of mappers and store clients that empty or drop what a database holds. */
const HAZARDS: readonly (readonly [RegExp, SqlHazard])[] = [
  [/\b(dropDatabase|drop_database|dropCollection|drop_collection)\s*\(/, 'drop'],
  [/\b(db|metadata|Base\.metadata)\.drop_all\s*\(/, 'drop'],
  [/\bschema\.drop(Table|TableIfExists|Schema)\s*\(|\bSchema::drop(IfExists|AllTables)?\s*\(/, 'drop'],
  [/\bsync\s*\(\s*\{\s*force\s*:\s*true|\bsequelize\.drop\s*\(/, 'drop'],
  [/\.(flushall|flushdb|flushAll|flushDb|flush_all)\s*\(/, 'truncate'],
  [/(->|::)truncate\s*\(\s*\)|\.truncate\s*\(\s*\{\s*cascade/, 'truncate'],
  [/::table\(\s*['"]\w+['"]\s*\)->delete\s*\(\s*\)/, 'delete-all'],
  [/\.objects\.all\(\)\.delete\s*\(/, 'delete-all'],
  [/\b[A-Z]\w*(::[A-Z]\w*)*\.(delete_all|destroy_all)\b/, 'delete-all'],
  [/\.deleteMany\s*\(\s*(\{\s*\}\s*)?\)|\.delete_many\s*\(\s*\{\s*\}\s*\)/, 'delete-all'],
  [/\.destroy\s*\(\s*\{\s*(truncate\s*:\s*true|where\s*:\s*\{\s*\})/, 'delete-all'],
];

/** What of a one-liner empties a store without a word of SQL. */
export const storeHazards = (code: string): readonly SqlHazard[] => {
  if (!/drop|flush|truncate|delete|destroy|sync/i.test(code)) return [];
  return HAZARDS.flatMap(([pattern, hazard]) => (pattern.test(code) ? [hazard] : []));
};
