import { Module, type DynamicModule } from '@nestjs/common';
import type { AccessVerifier } from '@rig/nest-kit';
import { CheckController } from './edge/check.controller.js';
import { StatisticsController } from './edge/statistics.controller.js';
import type { ReadStatistics } from './edge/statistics.js';
import { ANSWER, STATISTICS, VERIFIER } from './edge/tokens.js';
import type { AnswerQuestions } from './flows/answer-questions.js';

export interface GuardParts {
  readonly answer: AnswerQuestions;
  readonly statistics: ReadStatistics;
  readonly verifier: AccessVerifier;
}

@Module({})
export class AppModule {
  static with({ answer, statistics, verifier }: GuardParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [CheckController, StatisticsController],
      providers: [
        { provide: ANSWER, useValue: answer },
        { provide: STATISTICS, useValue: statistics },
        { provide: VERIFIER, useValue: verifier },
      ],
    };
  }
}
