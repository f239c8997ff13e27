import { Global, Module } from '@nestjs/common';
import { DatabaseWatch } from './database-watch.js';

@Global()
@Module({ providers: [DatabaseWatch], exports: [DatabaseWatch] })
export class DatabaseWatchModule {}
