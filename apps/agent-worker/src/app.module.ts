import { Module } from '@nestjs/common';

/** The worker serves health and metrics, which every service has; its work is done by the parts that main.ts hands over. */
@Module({})
export class AppModule {}
