import { runService } from '@rig/nest-kit';
import { gatewayService } from './edge/service.js';

await runService(gatewayService);
