import { Module, type DynamicModule } from '@nestjs/common';
import type { Inbox } from '@rig/inbox';
import type { AccessVerifier } from '@rig/nest-kit';
import { EventsController } from './edge/events.controller.js';
import { INBOX, VERIFIER, WEBHOOK_SECRET } from './edge/tokens.js';
import { WebhookController } from './edge/webhook.controller.js';

export interface GatewayParts {
  readonly inbox: Inbox;
  readonly verifier: AccessVerifier;
  readonly webhookSecret: string;
}

@Module({})
export class AppModule {
  static with({ inbox, verifier, webhookSecret }: GatewayParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [WebhookController, EventsController],
      providers: [
        { provide: INBOX, useValue: inbox },
        { provide: VERIFIER, useValue: verifier },
        { provide: WEBHOOK_SECRET, useValue: webhookSecret },
      ],
    };
  }
}
