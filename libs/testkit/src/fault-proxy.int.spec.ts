import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { createFaultProxy, type FaultProxy } from './fault-proxy.js';

interface Talk {
  readonly socket: Socket;
  heard(): string;
}

describe('the fault proxy', () => {
  let echo: Server;
  let received = '';
  let proxy: FaultProxy;
  const open: Socket[] = [];

  const talk = (): Talk => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port: proxy.port });
    socket.on('data', (chunk) => (text += chunk.toString())).on('error', () => undefined);
    open.push(socket);
    return { socket, heard: () => text };
  };

  beforeEach(async () => {
    received = '';
    echo = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        received += chunk.toString();
        socket.write(chunk);
      });
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const address = echo.address();
    proxy = await createFaultProxy({ targetPort: typeof address === 'object' ? (address?.port ?? 0) : 0 });
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await proxy.close();
    await new Promise((resolve) => echo.close(resolve));
  });

  it('passes everything on while nothing is wrong', async () => {
    const { socket, heard } = talk();
    socket.write('hello');
    await eventually(() => expect(heard()).toBe('hello'));
  });

  it('swallows one direction alone', async () => {
    const { socket, heard } = talk();
    proxy.partition('to-client');
    socket.write('lost on the way back');
    await eventually(() => expect(received).toBe('lost on the way back'));
    expect(heard()).toBe('');
    expect(socket.destroyed).toBe(false);
  });

  it('has a request carried out and loses its answer with the connection, so often as it was told', async () => {
    proxy.cutAnswer(/^commit/, 1);
    const first = talk();
    first.socket.write('commit 1');
    await eventually(() => expect(first.socket.destroyed).toBe(true));
    expect([received, first.heard(), proxy.cuts()]).toEqual(['commit 1', '', 1]);
    const second = talk();
    second.socket.write('commit 2');
    await eventually(() => expect(second.heard()).toBe('commit 2'));
  });

  it('cuts what lost bytes when it heals, and takes new connections', async () => {
    const before = talk();
    before.socket.write('a');
    await eventually(() => expect(before.heard()).toBe('a'));
    proxy.partition();
    before.socket.write('lost');
    const closed = new Promise((resolve) => before.socket.once('close', resolve));
    await eventually(() => {
      proxy.heal();
      proxy.partition();
      expect(before.socket.destroyed).toBe(true);
    });
    await closed;
    proxy.heal();
    const after = talk();
    after.socket.write('b');
    await eventually(() => expect(after.heard()).toBe('b'));
  });

  it('leaves a client half-open', async () => {
    const { socket, heard } = talk();
    socket.write('a');
    await eventually(() => expect(heard()).toBe('a'));
    proxy.halfOpen();
    socket.write('into nothing');
    expect(socket.destroyed).toBe(false);
    expect(received).toBe('a');
  });

  it('answers in place of the server as often as it was told', async () => {
    proxy.answer(/^PUT /, 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n', 1);
    const first = talk();
    first.socket.write('PUT /merge');
    await eventually(() => expect(first.heard()).toContain('502'));
    const second = talk();
    second.socket.write('PUT /merge');
    await eventually(() => expect(second.heard()).toBe('PUT /merge'));
    expect(proxy.answered()).toBe(1);
  });
});
