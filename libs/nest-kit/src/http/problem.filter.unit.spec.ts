import type { ArgumentsHost } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { RigError, silentLogger } from '@rig/kernel';
import { lastValueFrom } from 'rxjs';
import { ProblemFilter } from './problem.filter.js';

const away = new RigError({ code: 'STORE_AWAY', kind: 'retryable', message: 'the store is away' });
const filter = new ProblemFilter(silentLogger, (error) => (error instanceof RangeError ? away : error));

describe('an error of something below the service', () => {
  it('is told to the bus by what it means, so that no entry is blamed for it', async () => {
    const host = { getType: () => 'rpc' } as unknown as ArgumentsHost;
    const told = async (error: Error) => {
      const answer = filter.catch(error, host);
      if (answer !== undefined) await lastValueFrom(answer);
    };
    await expect(told(new RangeError('ECONNRESET'))).rejects.toBe(away);
    await expect(told(new TypeError('ours'))).rejects.toThrow('ours');
  });

  it('is told over HTTP as passing', () => {
    const sent: unknown[] = [];
    const reply = {
      sent: false,
      raw: { headersSent: false },
      code: (status: number) => (sent.push(status), reply),
      headers: () => reply,
      header: () => reply,
      send: (body: string) => sent.push(JSON.parse(body)),
    };
    const request = { method: 'GET', routeOptions: { url: '/x' } };
    const http = { getRequest: () => request, getResponse: () => reply };
    filter.catch(new RangeError('x'), { getType: () => 'http', switchToHttp: () => http } as unknown as ArgumentsHost);
    expect(sent).toMatchObject([503, { code: 'STORE_AWAY' }]);
  });
});
