import type { Actor } from '@rig/contracts';
import type { Principal } from '@rig/nest-kit';

/** Who steers, as the log will name them: the subject of the operator's token. */
export const personOf = ({ subject }: Principal): Actor => ({ kind: 'person', id: subject });
