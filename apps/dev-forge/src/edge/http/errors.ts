import type { FastifyInstance } from 'fastify';
import { messageOf, type Logger } from '@rig/kernel';
import { HttpRefusal } from '../../core/errors.js';

const docs = 'https://docs.github.com/rest';

const fastifyStatus = (error: unknown): number | undefined => {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
};

/** Errors as GitHub writes them; what has no route is named with 501. */
export const registerErrors = (server: FastifyInstance, logger: Logger): void => {
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof HttpRefusal) {
      const errors = error.errors === undefined ? {} : { errors: error.errors };
      const body = { message: error.message, ...errors, documentation_url: docs, status: String(error.status) };
      return reply.code(error.status).send(body);
    }
    const status = fastifyStatus(error);
    if (status !== undefined) {
      const message = status === 400 ? 'Problems parsing JSON' : messageOf(error);
      return reply.code(status).send({ message, documentation_url: docs, status: String(status) });
    }
    logger.log('error', 'a request failed', { method: request.method, url: request.url, error: messageOf(error) });
    return reply.code(500).send({ message: 'Server Error', documentation_url: docs, status: '500' });
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    return reply.code(501).send({
      message: `dev-forge does not have the route ${request.method} ${path}`,
      documentation_url: docs,
      status: '501',
    });
  });
};
