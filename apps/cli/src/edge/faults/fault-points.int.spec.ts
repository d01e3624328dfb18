import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseFaultOrder } from '../../core/faults/fault-order.js';
import { faultRows } from '../../flows/faults/rows.js';
import { checkoutRoot } from '../checkout.js';
import { readFaultPoints } from './read-fault-points.js';

describe('the fault points of the sources', () => {
  it('are all armed by row 1, whose list is this reading', async () => {
    const points = await readFaultPoints(checkoutRoot);
    expect(points.length).toBeGreaterThan(15);
    for (const name of points) expect(parseFaultOrder(name)).toMatchObject({ name, kind: 'kill' });
    expect(faultRows({ loadSeconds: 1, whyNoDisks: async () => undefined }).map(({ row }) => row)).toContain(1);
  });

  it('are literals: a computed name would be found by nobody', async () => {
    for await (const file of glob('{apps,libs}/*/src/**/*.ts', { cwd: checkoutRoot })) {
      if (file.endsWith('.spec.ts') || file.endsWith('fault-points.ts')) continue;
      const calls = (await readFile(join(checkoutRoot, file), 'utf8')).match(/faultPoint\((?!\s*')/g);
      expect({ file, calls }).toEqual({ file, calls: null });
    }
  });
});
