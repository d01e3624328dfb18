import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { GuardPolicy } from '@rig/guard';
import { KIT, readPolicy, type HookFile, type ParsePolicy } from '@rig/hooks';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';

const fix = 'A person has to mend it: rig hooks status tells what is wrong, rig hooks install puts it right.';

const parserOf = (kit: string) => (): ParsePolicy => {
  const load = createRequire(join(kit, KIT.bundle));
  return (load(`./${KIT.parser}`) as { readonly parseGuardPolicy: ParsePolicy }).parseGuardPolicy;
};

/** The operator's policy, or a refusal: without it nothing is allowed. */
export const loadPolicy = (kit: string, settings: HookFile | undefined): Result<GuardPolicy, Refusal> => {
  if (settings === undefined)
    return refuse({ code: 'HOOK_DAMAGED', message: `${kit}/${KIT.settings} cannot be read`, fix });
  const read = readPolicy(kit, settings, parserOf(kit));
  return read.ok ? accept(read.value.policy) : refuse({ ...read.refusal, fix });
};
