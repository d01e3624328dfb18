import { runService } from '@rig/nest-kit';
import { dispatcherService } from './edge/service.js';

await runService(dispatcherService);
