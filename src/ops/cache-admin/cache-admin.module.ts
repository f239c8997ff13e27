import { Module } from '@nestjs/common';
import { CacheAdminController } from './cache-admin.controller.js';
import { CacheExplainer } from './cache-explainer.js';
import { CacheStats } from './cache-stats.js';

@Module({ controllers: [CacheAdminController], providers: [CacheExplainer, CacheStats] })
export class CacheAdminModule {}
