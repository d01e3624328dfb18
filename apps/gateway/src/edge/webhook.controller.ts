import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { verifyWebhookSignature } from '@rig/forge';
import type { Inbox } from '@rig/inbox';
import { KIT, ProblemException, RawBody, type Kit } from '@rig/nest-kit';
import { parseDeliveryHeaders } from '../core/delivery-headers.js';
import { INBOX, WEBHOOK_SECRET } from './tokens.js';

/** GitHub sends 25 MB at most. */
const WEBHOOK_LIMIT = 25 * 1024 * 1024;

@Controller('api/webhook')
export class WebhookController {
  private readonly count: ReturnType<Kit['counter']>;

  constructor(
    @Inject(INBOX) private readonly inbox: Inbox,
    @Inject(WEBHOOK_SECRET) private readonly secret: string,
    @Inject(KIT) kit: Kit,
  ) {
    this.count = kit.counter({ name: 'rig_webhooks_total', help: 'Webhook deliveries', labels: ['outcome'] });
  }

  /** 202 once the delivery is stored; the conductor decides what it means. */
  @Post('github')
  @HttpCode(202)
  @RawBody(WEBHOOK_LIMIT)
  async github(@Headers() headers: Record<string, string>, @Body() body: Buffer | undefined): Promise<{ id: string }> {
    const bytes = body ?? Buffer.alloc(0);
    this.verify(bytes, headers['x-hub-signature-256']);
    const parsed = parseDeliveryHeaders(headers);
    if (!parsed.ok) {
      const { code, message, fix, field } = parsed.refusal;
      const status = code === 'ENCODING_NOT_SUPPORTED' ? 415 : 400;
      throw new ProblemException({ status, code, detail: message, field, ...(fix === undefined ? {} : { fix }) });
    }
    const { event, guid } = parsed.value;
    const stored = await this.inbox.storeDelivery({ guid, event, headers: {}, body: bytes });
    this.count({ outcome: stored.status });
    return { id: stored.id };
  }

  private verify(body: Buffer, signature: string | undefined): void {
    if (verifyWebhookSignature(this.secret, body, signature)) return;
    this.count({ outcome: 'forged' });
    throw new ProblemException({
      status: 401,
      code: 'SIGNATURE_INVALID',
      detail: 'The header X-Hub-Signature-256 does not sign this body.',
      fix: 'Give the forge and GITHUB_WEBHOOK_SECRET the same secret, with SHA-256.',
      field: 'x-hub-signature-256',
    });
  }
}
