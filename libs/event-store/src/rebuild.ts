import { catchUp, createShadows, shadowOf, type RebuildOptions, type Shadows } from './shadows.js';

/** Under the append lock: applies what was appended meanwhile and puts the shadows' rows in place of the old ones. */
const swap = async (work: Shadows, from: number): Promise<number> => {
  const { client, schema, projections } = work;
  await client.query('begin');
  await client.query("set local statement_timeout = '600s'");
  await client.query(`select ${schema}.lock_log()`);
  const reached = await catchUp(work, from);
  for (const { name } of projections) {
    await client.query(`delete from ${schema}."${name}"`);
    await client.query(
      `insert into ${schema}."${name}" (key, position, state)
         select key, position, state from ${shadowOf(name)} order by key`,
    );
  }
  await client.query(`update ${schema}.log_state set epoch = epoch + 1`);
  await client.query('commit');
  return reached;
};

/**
 * Builds projections anew, in chunks, into temporary shadow tables of one connection; the log is locked only for the
 * last chunk and the exchange, and readers see the old rows until that commits. A rebuild that breaks off leaves the
 * old rows and no trace. Appenders notice by `epoch` that rows they remember are void.
 * Resolves to the number of events applied.
 */
export const rebuildProjections = async (options: RebuildOptions): Promise<number> => {
  const client = await options.pool.connect();
  const ignore = (): void => undefined;
  client.on('error', ignore);
  try {
    const work = await createShadows(client, options);
    return await swap(work, await catchUp(work, 0));
  } finally {
    // The connection goes, and with it an open transaction and the shadows.
    client.release(true);
  }
};
