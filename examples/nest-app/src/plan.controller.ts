import { CACHE_MANAGER, type Cache } from '@nestjs/cache-manager';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import type { Repository } from 'typeorm';
import { Note } from './note.entity.js';
import { Planner } from './planner.js';

@Controller('plans')
export class PlanController {
  constructor(
    private readonly planner: Planner,
    @InjectRepository(Note) private readonly notes: Repository<Note>,
    @InjectMetric('app_plans_total') private readonly plans: Counter,
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
  ) {}

  @Post()
  async plan(@Body() { phase, material }: { phase: string; material: string }) {
    const { model, prompt } = await this.planner.plan(phase, material);
    await this.notes.save({ text: material });
    this.plans.inc();
    await this.cache.set('last', material);
    return {
      modelId: model.modelId,
      temperature: model.temperature,
      meta: model.meta,
      prompt,
      knowsNobody: await this.planner.knows('nobody/nothing'),
      notes: await this.notes.count(),
      cached: await this.cache.get('last'),
      cacheIsOurs: this.cache.stores[0]?.store instanceof Map,
    };
  }
}
