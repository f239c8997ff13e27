import type { Command } from 'commander';

/** Commands that are written in one file. */
interface CommandGroup {
  readonly names: readonly string[];
  readonly load: () => Promise<(program: Command) => void>;
}

/** In the order in which the help lists them. */
export const commandGroups: readonly CommandGroup[] = [
  { names: ['start'], load: async () => (await import('./start.command.js')).addStartCommand },
  { names: ['doctor'], load: async () => (await import('./doctor.command.js')).addDoctorCommand },
  { names: ['migrate'], load: async () => (await import('./migrate.command.js')).addMigrateCommands },
  { names: ['config'], load: async () => (await import('./config.command.js')).addConfigCommands },
  { names: ['keys'], load: async () => (await import('./keys.command.js')).addKeysCommands },
  { names: ['cache'], load: async () => (await import('./cache.command.js')).addCacheCommands },
  { names: ['cluster'], load: async () => (await import('./cluster.command.js')).addClusterCommand },
  { names: ['audit'], load: async () => (await import('./audit.command.js')).addAuditCommands },
  { names: ['epoch'], load: async () => (await import('./epoch.command.js')).addEpochCommands },
  { names: ['freeze', 'thaw'], load: async () => (await import('./freeze.command.js')).addFreezeCommands },
  { names: ['snapshot'], load: async () => (await import('./snapshot.command.js')).addSnapshotCommands },
  { names: ['database'], load: async () => (await import('./database.command.js')).addDatabaseCommands },
  { names: ['lesson'], load: async () => (await import('./lesson.command.js')).addLessonCommands },
  {
    names: ['narratives'],
    load: async () => (await import('./narratives.command.js')).addNarrativesCommands,
  },
  { names: ['prompts'], load: async () => (await import('./prompts.command.js')).addPromptsCommands },
  { names: ['signals'], load: async () => (await import('./signals.command.js')).addSignalsCommands },
  { names: ['settings'], load: async () => (await import('./settings.command.js')).addSettingsCommand },
];
