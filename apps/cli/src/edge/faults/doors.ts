import type { TokenSource } from '@rig/agent-kit';
import { signWebhook } from '@rig/forge';
import type { DoorAnswer, Doors } from '../../flows/faults/world-parts.js';
import { createForgeries } from './forgeries.js';
import { knock, webhookHeaders } from './knock.js';

export interface DoorsOptions {
  readonly tokens: (agent: string) => TokenSource;
  readonly gatewayUrl: string;
  readonly conductorUrl: string;
  readonly guardUrl: string;
  readonly webhookSecret: string;
  readonly operatorToken: string;
}

export const createDoors = (options: DoorsOptions): Doors => {
  const { tokens, gatewayUrl, conductorUrl, guardUrl, webhookSecret, operatorToken } = options;
  const webhookUrl = `${gatewayUrl}/api/webhook/github`;
  const send = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<DoorAnswer> =>
    knock(webhookUrl, { method: 'POST', headers, body });
  return {
    deliver: (delivery) => {
      const body = Buffer.from(delivery.body);
      return send(body, { ...webhookHeaders(delivery), 'x-hub-signature-256': signWebhook(webhookSecret, body) });
    },
    forgeries: createForgeries(webhookSecret, send),
    report: async (agent, body) =>
      knock(`${gatewayUrl}/api/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokens(agent).get()}` },
        body: JSON.stringify(body),
      }),
    task: async (agent, taskId, verb, body) =>
      knock(`${conductorUrl}/api/tasks/${taskId}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokens(agent).get()}` },
        body: JSON.stringify({ agentId: agent, ...body }),
      }),
    check: async (agent, cmd) =>
      knock(`${guardUrl}/v1/check`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokens(agent).get()}` },
        body: JSON.stringify({ cmd }),
      }),
    operate: (method, path, body) =>
      knock(`${conductorUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${operatorToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    ready: async (service) => {
      const url = service === 'gateway' ? gatewayUrl : conductorUrl;
      return (await knock(`${url}/readyz`, {})).status === 200;
    },
  };
};
