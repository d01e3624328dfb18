import { runService } from '@rig/nest-kit';
import { guardService } from './edge/service.js';

await runService(guardService);
