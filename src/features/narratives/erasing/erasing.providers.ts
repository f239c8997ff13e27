import type { Provider } from '@nestjs/common';
import { ErasureWatch } from './erasure-watch.service.js';
import { NarrativeErasure } from './narrative-erasure.service.js';
import { NarrativePurges } from './narrative-purges.service.js';

/** Of `NarrativesModule`, which exports `NarrativeErasure`. */
export const erasingProviders: Provider[] = [NarrativePurges, NarrativeErasure, ErasureWatch];
