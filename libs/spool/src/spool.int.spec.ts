import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import fc from 'fast-check';
import { createSpoolReader, createSpoolWriter, spoolBacklog, type SpoolLimits } from './index.js';

const here = dirname(fileURLToPath(import.meta.url));
let tools: string;
let folder: string;

beforeAll(async () => {
  tools = await mkdtemp(join(tmpdir(), 'rig-spool-tools-'));
  // A program of its own: appends numbered records and says which ones it was told are kept.
  const source = `
    import { createSpoolWriter } from ${JSON.stringify(join(here, 'index.ts'))};
    const [folder, name, count, limits] = process.argv.slice(2);
    const writer = createSpoolWriter({ folder, limits: JSON.parse(limits) });
    for (let n = 0; n < Number(count); n++) {
      const id = name + '-' + n;
      const kept = writer.append(JSON.stringify({ id, text: 'x'.repeat(n % 50) }));
      process.stdout.write(kept + ' ' + id + '\\n');
    }`;
  await writeFile(join(tools, 'writer.ts'), source);
  const outfile = join(tools, 'writer.cjs');
  await build({ entryPoints: [join(tools, 'writer.ts')], bundle: true, platform: 'node', outfile, logLevel: 'error' });
});
afterAll(() => rm(tools, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const startWriter = (name: string, count: number, limits: Partial<SpoolLimits>): ChildProcess & { kept: string[] } => {
  const child = spawn(
    process.execPath,
    [join(tools, 'writer.cjs'), folder, name, String(count), JSON.stringify(limits)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const kept: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [how, id] = line.split(' ');
    if (how === 'kept' && id !== undefined) kept.push(id);
  });
  return Object.assign(child, { kept });
};

const idOf = (json: string): string => (JSON.parse(json) as { id: string }).id;

/** Reads everything there is, as a worker does. */
const drain = async (limits: Partial<SpoolLimits> = {}, max = 7): Promise<string[]> => {
  const reader = createSpoolReader({ folder, limits });
  const seen: string[] = [];
  for (;;) {
    const batch = await reader.read(max);
    seen.push(...batch.records.map(idOf));
    await batch.commit();
    if (batch.records.length === 0 && batch.damaged === 0) return seen;
  }
};

const numbered = (count: number, name = 'r'): string[] => Array.from({ length: count }, (_, n) => `${name}-${n}`);
const json = (id: string): string => JSON.stringify({ id });

describe('a spool', () => {
  it('gives records back in order, over segments, and once committed never again', async () => {
    const limits = { segmentBytes: 200 };
    const writer = createSpoolWriter({ folder, limits });
    for (const id of numbered(40)) expect(writer.append(json(id))).toBe('kept');
    expect((await readdir(folder)).length).toBeGreaterThan(5);
    expect(await drain(limits)).toEqual(numbered(40));
    expect(await drain(limits)).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.jsonl') || name.endsWith('.sealed'))).toHaveLength(
      1,
    );
  });

  it('gives the same again until it is committed, to a reader that starts anew too', async () => {
    const writer = createSpoolWriter({ folder });
    for (const id of numbered(5)) writer.append(json(id));
    const reader = createSpoolReader({ folder });
    const first = await reader.read(3);
    expect((await reader.read(3)).records).toEqual(first.records);
    await first.commit();
    expect((await createSpoolReader({ folder }).read(9)).records.map(idOf)).toEqual(['r-3', 'r-4']);
  });

  it('tells how much waits, without touching it', async () => {
    expect(await spoolBacklog(join(folder, 'none'))).toBe(0);
    const writer = createSpoolWriter({ folder });
    for (const id of ['a', 'b']) writer.append(JSON.stringify({ id }));
    const all = await spoolBacklog(folder);
    const reader = createSpoolReader({ folder });
    await (await reader.read(1)).commit();
    expect(await spoolBacklog(folder)).toBe(all / 2);
    await (await reader.read(1)).commit();
    expect(await spoolBacklog(folder)).toBe(0);
  });

  it('is empty where there is no folder yet', async () => {
    const reader = createSpoolReader({ folder: join(folder, 'none') });
    expect(await reader.read(3)).toMatchObject({ records: [], damaged: 0, lost: 0 });
  });

  it('that is full keeps the oldest, counts the rest, and takes more once it was read', async () => {
    const limits = { segmentBytes: 100, segments: 3 };
    const writer = createSpoolWriter({ folder, limits });
    const ends = numbered(30).map((id) => writer.append(json(id)));
    const kept = ends.filter((end) => end === 'kept').length;
    expect(ends.slice(kept)).toEqual(Array.from({ length: 30 - kept }, () => 'full'));
    const reader = createSpoolReader({ folder, limits });
    expect(await reader.read(2)).toMatchObject({ lost: 30 - kept, records: [json('r-0'), json('r-1')] });
    expect(await drain(limits)).toEqual(numbered(kept));
    expect(await drain(limits)).toEqual([]);
    expect(writer.append(json('later'))).toBe('kept');
    const after = await createSpoolReader({ folder, limits }).read(5);
    expect(after).toMatchObject({ lost: 0, records: [json('later')] });
  });

  it('refuses what is too large, and says so', async () => {
    const writer = createSpoolWriter({ folder, limits: { recordBytes: 64 } });
    expect(writer.append(json('x'.repeat(64)))).toBe('too-large');
    expect(await createSpoolReader({ folder }).read(1)).toMatchObject({ records: [], lost: 1 });
  });

  it('never throws at who writes, wherever the folder is', () => {
    expect(createSpoolWriter({ folder: '/proc/none/of/this' }).append('{}')).toBe('disk');
    expect(createSpoolWriter({ folder: '/dev/null' }).append('{}')).toBe('disk');
  });

  it('with a damaged checkpoint begins again', async () => {
    const writer = createSpoolWriter({ folder });
    for (const id of numbered(3)) writer.append(json(id));
    await drain();
    await writeFile(join(folder, 'checkpoint.json'), '{"segm');
    expect(await drain()).toEqual(numbered(3));
  });
});

describe('a segment cut at any byte', () => {
  it('loses only its unfinished line, and takes new records', async () => {
    const plan = fc.record({
      before: fc.integer({ min: 1, max: 6 }),
      cut: fc.nat(),
      after: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ before, cut, after }) => {
        await rm(folder, { recursive: true, force: true });
        const writer = createSpoolWriter({ folder });
        for (const id of numbered(before)) writer.append(json(id));
        const [name] = await readdir(folder);
        const path = join(folder, name ?? '');
        const text = await readFile(path, 'utf8');
        const length = cut % (text.length + 1);
        await truncate(path, length);
        const whole = text.slice(1).split('\n');
        const finished = numbered(before).filter((_, n) => whole.slice(0, n + 1).join('\n').length + 1 <= length);
        for (const id of numbered(after, 'new')) writer.append(json(id));
        expect(await drain()).toEqual([...finished, ...numbered(after, 'new')]);
      }),
      { numRuns: 60 },
    );
  });

  it('that is filled up with something else is passed over', async () => {
    const limits = { recordBytes: 1_000 };
    const writer = createSpoolWriter({ folder, limits });
    writer.append(json('a'));
    const [name] = await readdir(folder);
    await appendFile(join(folder, name ?? ''), `\n${'A'.repeat(10_000)}`);
    writer.append(json('b'));
    expect(await drain(limits)).toEqual(['a', 'b']);
  });
});

describe('several writers at once', () => {
  it('lose nothing while a reader takes segments away under them', async () => {
    const limits = { segmentBytes: 512, segments: 1_000 };
    const writers = ['a', 'b', 'c', 'd'].map((name) => startWriter(name, 400, limits));
    let running = writers.length;
    for (const writer of writers) writer.once('close', () => (running -= 1));
    const seen: string[] = [];
    while (running > 0) seen.push(...(await drain(limits, 13)));
    seen.push(...(await drain(limits)));
    for (const writer of writers) expect(writer.kept).toHaveLength(400);
    expect(new Set(seen)).toEqual(new Set(writers.flatMap(({ kept }) => kept)));
    for (const name of ['a', 'b', 'c', 'd']) {
      // Each writer's own records keep their order; one that had to be written again may come twice.
      const own = [...new Set(seen.filter((id) => id.startsWith(name)))];
      expect(own).toEqual(numbered(400, name));
    }
  });

  it('lose nothing that they were told is kept when they are killed', async () => {
    const limits = { segmentBytes: 2_048, segments: 1_000 };
    const kept: string[] = [];
    for (let round = 0; round < 6; round++) {
      const pair = [startWriter(`k${round}x`, 100_000, limits), startWriter(`k${round}y`, 100_000, limits)];
      await Promise.all(pair.flatMap(({ stdout }) => (stdout === null ? [] : [once(stdout, 'data')])));
      for (const child of pair) child.kill('SIGKILL');
      await Promise.all(pair.map((child) => once(child, 'close')));
      kept.push(...pair.flatMap((child) => child.kept));
    }
    const seen = new Set(await drain(limits, 100));
    expect(kept.filter((id) => !seen.has(id))).toEqual([]);
    expect(kept.length).toBeGreaterThan(12);
  });
});

describe('a reader that is killed between delivery and checkpoint', () => {
  it('delivers twice, never not at all, and with the same ids', async () => {
    const limits = { segmentBytes: 150 };
    const writer = createSpoolWriter({ folder, limits });
    for (const id of numbered(30)) writer.append(json(id));
    const commits = fc.array(fc.record({ max: fc.integer({ min: 1, max: 5 }), commit: fc.boolean() }), {
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(commits, async (steps) => {
        const delivered: string[] = [];
        for (const { max, commit } of steps) {
          // Each step is a process of its own that dies without a word.
          const batch = await createSpoolReader({ folder, limits }).read(max);
          delivered.push(...batch.records.map(idOf));
          if (commit) await batch.commit();
        }
        delivered.push(...(await drain(limits)));
        const first = [...new Set(delivered)];
        expect(first).toEqual(first.map((_, n) => `r-${30 - first.length + n}`));
        expect(await stat(folder)).toMatchObject({ size: expect.any(Number) });
        for (const id of numbered(30)) writer.append(json(id));
      }),
      { numRuns: 15 },
    );
  });
});
