import { Module } from '@nestjs/common';
import { AdminLibraryController } from './people/admin-library.controller.js';
import { LibraryController } from './people/library.controller.js';
import { LibraryPublisher } from './people/library-publisher.js';
import { libraryReader } from './people/library.reader.js';
import { LibraryRepository } from './people/library.repository.js';
import { PeopleController } from './people/people.controller.js';
import { PersonSettingsService } from './people/person-settings.service.js';
import { AdminPromptLabelsController } from './publishing/admin-prompt-labels.controller.js';
import { AdminPromptsController } from './publishing/admin-prompts.controller.js';
import { PromptPublishingModule } from './publishing/prompt-publishing.module.js';
import { PromptsModule } from './prompts.module.js';
import { PromptBatchController } from './reading/prompt-batch.controller.js';
import { PromptsController } from './reading/prompts.controller.js';

/** The REST side, apart, with what it alone needs. */
@Module({
  imports: [PromptsModule, PromptPublishingModule],
  controllers: [
    PromptsController,
    PromptBatchController,
    PeopleController,
    LibraryController,
    AdminPromptsController,
    AdminPromptLabelsController,
    AdminLibraryController,
  ],
  providers: [LibraryRepository, libraryReader, LibraryPublisher, PersonSettingsService],
})
export class PromptsHttpModule {}
