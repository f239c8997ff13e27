import { Global, Module } from '@nestjs/common';
import { BreakGlassJournal } from '../audit/index.js';
import { BreakGlassService } from './break-glass.service.js';

/** The key for when nothing else helps. The server's alone: a command on the same folder must not take its journal. */
@Global()
@Module({
  providers: [BreakGlassService, BreakGlassJournal],
  exports: [BreakGlassService, BreakGlassJournal],
})
export class BreakGlassModule {}
