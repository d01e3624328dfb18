export { parseGuardPolicy } from '@rig/guard';
