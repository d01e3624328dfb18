import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import type { Explanation } from '../../core/explain/statement.js';
import type { ExplainIssue } from '../../flows/explain-issue.js';
import { FLOWS } from '../tokens.js';
import { issuePath } from './issue-path.js';
import { OperatorGuard } from './people.controller.js';
import { orProblem } from './refusal-problem.js';

/** Why an issue is where it is. */
@Controller('api/explain')
@UseGuards(OperatorGuard)
export class ExplainController {
  constructor(@Inject(FLOWS) private readonly flows: { readonly explainIssue: ExplainIssue }) {}

  @Get('issues/:owner/:name/:number')
  async issue(@Param() path: Record<string, string>): Promise<Explanation> {
    const { repo, number } = issuePath(path);
    return orProblem(await this.flows.explainIssue(repo, number));
  }
}
