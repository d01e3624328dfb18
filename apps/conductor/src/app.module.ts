import { Module, type DynamicModule } from '@nestjs/common';
import type { TokenSigner } from '@rig/agent-kit';
import type { EventLog } from '@rig/event-store';
import type { Inbox } from '@rig/inbox';
import type { AccessVerifier } from '@rig/nest-kit';
import type { AgentsFile } from '@rig/policy';
import { AgentsController } from './edge/http/agents.controller.js';
import { ClaimsController } from './edge/http/claims.controller.js';
import { DeadController } from './edge/http/dead.controller.js';
import { ExplainController } from './edge/http/explain.controller.js';
import { GuardController } from './edge/http/guard.controller.js';
import { InboxStatusController } from './edge/http/inbox-status.controller.js';
import { LiveController } from './edge/http/live.controller.js';
import { PausesController } from './edge/http/pauses.controller.js';
import { PeopleController } from './edge/http/people.controller.js';
import { ReplayController } from './edge/http/replay.controller.js';
import { ReportsController } from './edge/http/reports.controller.js';
import { TasksController } from './edge/http/tasks.controller.js';
import type { ReadModels } from './edge/read-models.js';
import { FactsController } from './edge/streams/facts.controller.js';
import { GateController } from './edge/streams/gate.controller.js';
import { InboxController } from './edge/streams/inbox.controller.js';
import { OutboundController } from './edge/streams/outbound.controller.js';
import { AGENTS, EVENT_LOG, FLOWS, INBOX, READ_MODELS, SIGNER, VERIFIER } from './edge/tokens.js';
import type { Flows } from './flows/create-flows.js';

export interface ConductorParts {
  readonly flows: Flows;
  readonly readModels: ReadModels;
  readonly log: EventLog;
  readonly inbox: Inbox;
  readonly verifier: AccessVerifier;
  readonly signer: TokenSigner;
  agents(): AgentsFile;
}

@Module({})
export class AppModule {
  static with(parts: ConductorParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        ClaimsController,
        TasksController,
        AgentsController,
        PeopleController,
        LiveController,
        DeadController,
        ExplainController,
        GuardController,
        PausesController,
        ReplayController,
        ReportsController,
        InboxStatusController,
        InboxController,
        FactsController,
        GateController,
        OutboundController,
      ],
      providers: [
        { provide: FLOWS, useValue: parts.flows },
        { provide: READ_MODELS, useValue: parts.readModels },
        { provide: EVENT_LOG, useValue: parts.log },
        { provide: INBOX, useValue: parts.inbox },
        { provide: VERIFIER, useValue: parts.verifier },
        { provide: SIGNER, useValue: parts.signer },
        { provide: AGENTS, useValue: parts.agents },
      ],
    };
  }
}
