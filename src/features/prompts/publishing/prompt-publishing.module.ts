import { Module } from '@nestjs/common';
import { PromptExporter } from '../documents/prompt-exporter.js';
import { PromptImporter } from '../documents/prompt-importer.js';
import { PromptCatalog } from './prompt-catalog.service.js';
import { PromptChanges } from './prompt-changes.service.js';
import { PromptPreviewer } from './prompt-previewer.js';
import { PromptPublisher } from './prompt-publisher.js';
import { PromptWrites } from './prompt-writes.js';

/** Changes prompts, and tells of them as editors see them. */
@Module({
  providers: [
    PromptWrites,
    PromptChanges,
    PromptPublisher,
    PromptCatalog,
    PromptPreviewer,
    PromptImporter,
    PromptExporter,
  ],
  exports: [PromptWrites, PromptPublisher, PromptCatalog, PromptPreviewer, PromptImporter, PromptExporter],
})
export class PromptPublishingModule {}
