import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ServicesFile, type ServiceFact } from '../../core/deploy/services.js';

/** charts/rig/services.yaml: the one list of services that the chart, Compose and the checks go by. */
export const readServices = async (root: string): Promise<readonly ServiceFact[]> =>
  ServicesFile.parse(parse(await readFile(join(root, 'charts', 'rig', 'services.yaml'), 'utf8'))).services;
