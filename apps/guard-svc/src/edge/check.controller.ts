import { Body, Controller, HttpCode, Inject, Post, UseGuards } from '@nestjs/common';
import { GuardQuestions, type GuardVerdicts } from '@rig/contracts';
import { Caller, parseBody, tokenGuard, type Principal } from '@rig/nest-kit';
import type { AnswerQuestions } from '../flows/answer-questions.js';
import { ANSWER, VERIFIER } from './tokens.js';

const CheckGuard = tokenGuard(VERIFIER, ['work', 'operator']);

@Controller('v1/check')
@UseGuards(CheckGuard)
export class CheckController {
  constructor(@Inject(ANSWER) private readonly answer: AnswerQuestions) {}

  /** One question, or an array of up to 100; decisions in their order. A block of an agent is recorded. */
  @Post()
  @HttpCode(200)
  async check(@Body() body: unknown, @Caller() caller: Principal): Promise<GuardVerdicts> {
    const questions = parseBody(GuardQuestions, Array.isArray(body) ? body : [body]);
    return this.answer(questions, caller.scopes.includes('work') ? caller.subject : undefined);
  }
}
