import type { Provider } from '@nestjs/common';
import type { Clock, Report } from '../../../core/index.js';
import { NamespaceRegistry } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { REPORT } from '../../../platform/observability/index.js';
import { PromptManager } from '../manager/prompt-manager.js';
import { PromptReads } from '../manager/prompt-reads.js';
import type { PromptSource } from '../prompt/prompt-source.js';
import {
  PROMPT_SOURCE,
  promptSettingsNamespace,
  promptsPolicy,
  promptsStream,
  promptTemplatesNamespace,
} from '../prompts.policy.js';
import { DatabasePromptSource } from './database-prompt-source.js';
import { PROMPT_SETTINGS_READER, PROMPT_TEMPLATES_READER } from './prompt-readers.js';
import { PromptVersions } from './prompt-versions.js';
import { SettingsRepository } from './settings.repository.js';
import { TemplateRepository } from './template.repository.js';

const counted = { policy: promptsPolicy, stream: promptsStream, confirmedBy: 'counter' as const };

/** Two caches: a person's settings change without the templates, and may not be kept on disk beside them. */
export const readingProviders: Provider[] = [
  TemplateRepository,
  SettingsRepository,
  {
    provide: PROMPT_TEMPLATES_READER,
    inject: [NamespaceRegistry, TemplateRepository],
    useFactory: (registry: NamespaceRegistry, origin: TemplateRepository) =>
      registry.register({ ...counted, namespace: promptTemplatesNamespace, origin }),
  },
  {
    provide: PROMPT_SETTINGS_READER,
    inject: [NamespaceRegistry, SettingsRepository],
    useFactory: (registry: NamespaceRegistry, origin: SettingsRepository) =>
      registry.register({ ...counted, namespace: promptSettingsNamespace, personal: true, origin }),
  },
  { provide: PROMPT_SOURCE, useClass: DatabasePromptSource },
  PromptVersions,
  {
    provide: PromptReads,
    inject: [PROMPT_SOURCE, REPORT],
    useFactory: (source: PromptSource, report: Report) => new PromptReads(source, report),
  },
  {
    provide: PromptManager,
    inject: [PROMPT_SOURCE, CLOCK, REPORT],
    useFactory: (source: PromptSource, clock: Clock, report: Report) =>
      new PromptManager({ source, clock, report }),
  },
];
