import { Module } from '@nestjs/common';

/** Nothing beside health and metrics: the dispatcher listens to the log, not to HTTP. */
@Module({})
export class AppModule {}
