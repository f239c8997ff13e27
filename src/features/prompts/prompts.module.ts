import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceName } from '../../platform/database/index.js';
import { PromptManager } from './manager/prompt-manager.js';
import { PromptReads } from './manager/prompt-reads.js';
import { PersonPurges } from './people/person-purges.service.js';
import { PROMPT_SOURCE } from './prompts.policy.js';
import { PROMPT_SETTINGS_READER, PROMPT_TEMPLATES_READER } from './reading/prompt-readers.js';
import { PromptVersions } from './reading/prompt-versions.js';
import { readingProviders } from './reading/reading.providers.js';
import { PlaceholderValueEntity } from './rows/placeholder-value.entity.js';
import { PlaceholderEntity } from './rows/placeholder.entity.js';
import { ProfileValueEntity } from './rows/profile-value.entity.js';
import { ProfileEntity } from './rows/profile.entity.js';
import { PromptLabelEntity } from './rows/prompt-label.entity.js';
import { PromptModeEntity } from './rows/prompt-mode.entity.js';
import { PromptTemplateEntity } from './rows/prompt-template.entity.js';
import { UserPlaceholderSettingEntity } from './rows/user-placeholder-setting.entity.js';

const entities = [
  PromptTemplateEntity,
  PromptLabelEntity,
  PromptModeEntity,
  PlaceholderEntity,
  PlaceholderValueEntity,
  ProfileEntity,
  ProfileValueEntity,
  UserPlaceholderSettingEntity,
];

/** Provides `PromptManager` over the database and its caches. */
@Module({
  imports: [TypeOrmModule.forFeature(entities, dataSourceName)],
  providers: [...readingProviders, PersonPurges],
  exports: [
    PromptManager,
    PromptReads,
    PromptVersions,
    PROMPT_SOURCE,
    PROMPT_TEMPLATES_READER,
    PROMPT_SETTINGS_READER,
  ],
})
export class PromptsModule {}
