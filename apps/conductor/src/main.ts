import { runService } from '@rig/nest-kit';
import { conductorService } from './edge/service.js';

await runService(conductorService);
