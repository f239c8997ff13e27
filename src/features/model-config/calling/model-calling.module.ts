import { Module } from '@nestjs/common';
import { ModelConfigModule } from '../model-config.module.js';
import { ModelChain } from './model-chain.js';
import { PhaseCaller } from './phase-caller.js';

/** Provides `PhaseCaller` and `ModelChain`: needs the module of models beside it. */
@Module({
  imports: [ModelConfigModule],
  providers: [ModelChain, PhaseCaller],
  exports: [ModelChain, PhaseCaller],
})
export class ModelCallingModule {}
