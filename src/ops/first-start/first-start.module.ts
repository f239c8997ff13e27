import { Module } from '@nestjs/common';
import { ModelConfigModule } from '../../features/model-config/index.js';
import { PromptPublishingModule } from '../../features/prompts/index.js';
import { SecurityModule } from '../../platform/security/index.js';
import { FirstStartService } from './first-start.service.js';

@Module({
  imports: [ModelConfigModule, PromptPublishingModule, SecurityModule],
  providers: [FirstStartService],
})
export class FirstStartModule {}
