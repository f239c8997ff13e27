import { Module } from '@nestjs/common';
import { NarrativesModule } from '../narratives.module.js';
import { NarrativePrewarm } from './narrative-prewarm.service.js';

/** Provides `NarrativePrewarm`, to whoever makes narratives in advance. */
@Module({ imports: [NarrativesModule], providers: [NarrativePrewarm], exports: [NarrativePrewarm] })
export class NarrativePrewarmModule {}
