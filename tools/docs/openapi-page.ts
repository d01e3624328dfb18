import {
  AgentToken,
  Assignment,
  ClaimQuery,
  Cursor,
  EventResult,
  FenceRequest,
  GUARD_MAX_QUESTIONS,
  GuardQuestion,
  GuardQuestions,
  GuardVerdicts,
  Problem,
  Renewal,
  ReportStatus,
  StartRequest,
  TaskBrief,
  TaskToken,
} from '@rig/contracts';
import { z } from 'zod';

const json = (schema: z.ZodType): unknown => {
  const { $schema: _unused, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
};
const content = (schema: z.ZodType) => ({ 'application/json': { schema: json(schema) } });
const problem = { description: 'Refused', content: { 'application/problem+json': { schema: json(Problem) } } };
const answer = (schema: z.ZodType, description: string) => ({ description, content: content(schema) });
const taskId = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };

const claim = (summary: string) => ({
  get: {
    summary,
    parameters: Object.keys(ClaimQuery.shape).map((name) => ({
      name,
      in: 'query',
      required: true,
      schema: { type: 'string' },
    })),
    responses: { 200: answer(Assignment, 'The assignment'), 204: { description: 'Nothing to do' }, 403: problem },
  },
});
const onTask = (summary: string, body: z.ZodType, result: z.ZodType) => ({
  post: {
    summary,
    parameters: [taskId],
    requestBody: { required: true, content: content(body) },
    responses: { 200: answer(result, 'Served'), 403: problem, 409: problem, 410: problem },
  },
});

const check = {
  post: {
    summary: `May a command run? (guard-svc): one question, or up to ${GUARD_MAX_QUESTIONS}; no answer means no`,
    requestBody: { required: true, content: content(z.union([GuardQuestion, GuardQuestions])) },
    responses: {
      200: answer(GuardVerdicts, 'Decisions in the order of the questions'),
      401: problem,
      413: problem,
      422: problem,
    },
  },
};

/** docs/openapi.json: what agents call on gateway, conductor and guard-svc, OpenAPI 3.1. */
export const openApiPage = async (): Promise<string> => {
  const page = {
    openapi: '3.1.0',
    info: { title: 'Rig for agents', version: '0.1.0' },
    components: { securitySchemes: { agent: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    security: [{ agent: [] }],
    paths: {
      '/api/events': {
        post: {
          summary: 'Report facts (gateway): one, or up to 100; the same id counts once',
          responses: {
            202: answer(z.object({ results: z.array(EventResult) }), 'Stored, item by item'),
            401: problem,
            422: problem,
          },
        },
      },
      '/api/assignments/next': claim('Claim the next issue'),
      '/api/reviews/next': claim('Claim the next review'),
      '/api/tasks/{id}/start': onTask('Start an attempt; the answer carries its fence', StartRequest, TaskBrief),
      '/api/tasks/{id}/token': onTask("A forge token for the task's repository", FenceRequest, TaskToken),
      '/api/tasks/{id}/renew': onTask("Renew the attempt's lease", FenceRequest, Renewal),
      '/api/cursor': {
        get: {
          summary: 'Slots and tasks of the agent, and the head of the log',
          parameters: [{ name: 'agentId', in: 'query', required: true, schema: { type: 'string' } }],
          responses: { 200: answer(Cursor, 'The cursor'), 403: problem },
        },
      },
      '/v1/check': check,
      '/api/reports/{id}': {
        get: {
          summary: 'What became of a fact that the agent reported',
          parameters: [taskId],
          responses: { 200: answer(ReportStatus, 'Its status; unknown for what others reported'), 403: problem },
        },
      },
      '/api/agent-tokens': {
        post: {
          summary: 'Buy a short-lived token with an enrolment token',
          responses: { 200: answer(AgentToken, 'The token'), 401: problem, 403: problem },
        },
      },
    },
  };
  return `${JSON.stringify(page, null, 2)}\n`;
};
