import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch } from '@nestjs/common';
import type { Logger } from '@rig/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { throwError, type Observable } from 'rxjs';
import { problemBody } from './problem.js';
import { toProblem } from './to-problem.js';

/**
 * HTTP: answers everything thrown as a problem, and logs what is our fault.
 * Streams: hands the error on, because the bus decides by its kind between another try and the dead list.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** @param translate  says what an error of something below the service means */
  constructor(
    private readonly logger: Logger,
    private readonly translate: (error: unknown) => unknown,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> | undefined {
    const error = this.translate(thrown);
    if (host.getType() === 'rpc') return throwError(() => error);
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(error);
    if (problem.status >= 500) {
      this.logger.log(problem.status === 500 ? 'error' : 'warn', 'a request failed', {
        method: request.method,
        route: request.routeOptions.url,
        status: problem.status,
        code: problem.code,
        error,
      });
    }
    // A response that has begun (SSE) cannot become a problem any more.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return undefined;
    }
    void reply
      .code(problem.status)
      .headers({ ...problem.headers })
      .header('content-type', 'application/problem+json')
      .send(JSON.stringify(problemBody(problem)));
    return undefined;
  }
}
