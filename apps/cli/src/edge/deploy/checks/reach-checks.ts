import { found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import type { Manifest } from '../../../core/deploy/manifest.js';
import { reachOf } from '../../../core/deploy/reach.js';
import type { ServiceFact } from '../../../core/deploy/services.js';

const HTTP = 8080;
const POSTGRES = 5432;
const VALKEY = 6379;
const TLS = 443;

/** Who may talk to whom follows from services.yaml: nobody else, and nobody less. `agent` names a pod of an agent. */
export const checkReach = (
  manifests: readonly Manifest[],
  facts: readonly ServiceFact[],
  agent: string,
): CheckOutcome => {
  const reach = reachOf(manifests);
  const findings: string[] = [];
  let passed = 0;
  const expect = (what: string, is: boolean, wanted: boolean): void => {
    if (is === wanted) passed += 1;
    else findings.push(`${what}: ${is ? 'open, and should be shut' : 'shut, and should be open'}`);
  };
  for (const { name, postgresRole, valkeyUser, github, callers } of facts) {
    expect(`${name} → postgres`, reach.pods(name, 'postgres', POSTGRES), postgresRole !== undefined);
    expect(`${name} → valkey`, reach.pods(name, 'valkey', VALKEY), valkeyUser !== undefined);
    expect(`${name} → outside`, reach.outside(name, TLS), github);
    expect(`${agent} → ${name}`, reach.pods(agent, name, HTTP), callers.agents !== undefined);
    expect(`helm test → ${name}`, reach.pods('test', name, HTTP), true);
    for (const other of facts.filter((fact) => fact.name !== name)) {
      expect(`${name} → ${other.name}`, reach.pods(name, other.name, HTTP), false);
    }
  }
  expect(`${agent} → postgres`, reach.pods(agent, 'postgres', POSTGRES), false);
  expect(`${agent} → valkey`, reach.pods(agent, 'valkey', VALKEY), true);
  expect(`${agent} → outside, TLS`, reach.outside(agent, TLS), true);
  expect(`${agent} → outside, Postgres' port`, reach.outside(agent, POSTGRES), false);
  expect('migration → postgres', reach.pods('migrate', 'postgres', POSTGRES), true);
  expect('migration → outside', reach.outside('migrate', TLS), false);
  expect('valkey → outside', reach.outside('valkey', TLS), false);
  return found(passed, findings);
};
