import { CacheModule } from '@nestjs/cache-manager';
import { Module, type PipeTransform } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { makeCounterProvider, PrometheusModule } from '@willsoto/nestjs-prometheus';
import { LastgoodModule, parseConfig } from 'lastgood';
import { Note } from './note.entity.js';
import { PlanController } from './plan.controller.js';
import { Planner } from './planner.js';

/** A pipe for every route, as many applications have one: it trims texts. */
class TrimPipe implements PipeTransform {
  transform(value: Record<string, unknown>): unknown {
    const trimmed = Object.entries(value).map(([name, each]) => [
      name,
      typeof each === 'string' ? each.trim() : each,
    ]);
    return Object.fromEntries(trimmed) as unknown;
  }
}

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    LastgoodModule.forRootAsync({
      inject: [ConfigService],
      // What is meant for Lastgood, by name: LOG_LEVEL, PORT and REDIS_URL of the application may mean something else.
      useFactory: (config: ConfigService) =>
        parseConfig({
          DATABASE_URL: config.getOrThrow<string>('DATABASE_URL'),
          DATA_DIR: config.get<string>('LASTGOOD_DATA_DIR'),
          MIGRATE_ON_START: 'false',
          LOG_LEVEL: 'warn',
        }),
    }),
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        type: 'postgres' as const,
        url: config.getOrThrow<string>('DATABASE_URL'),
        entities: [Note],
        synchronize: true,
      }),
    }),
    TypeOrmModule.forFeature([Note]),
    CacheModule.register({ isGlobal: true, ttl: 60_000 }),
    PrometheusModule.register({ defaultMetrics: { enabled: true } }),
  ],
  controllers: [PlanController],
  providers: [
    Planner,
    makeCounterProvider({ name: 'app_plans_total', help: 'Plans that were made' }),
    { provide: APP_PIPE, useClass: TrimPipe },
  ],
})
export class AppModule {}
