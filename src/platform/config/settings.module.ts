import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import type { Settings } from './settings.js';

/** Injects the frozen `Settings`. */
export const SETTINGS = Symbol('SETTINGS');

/** How another application gives the settings. */
export type SettingsFactory = Pick<FactoryProvider<Settings | Promise<Settings>>, 'inject' | 'useFactory'> &
  Pick<DynamicModule, 'imports'>;

/** Makes the settings injectable everywhere, and readable as `ConfigService.get('lastgood')`. */
@Module({})
export class SettingsModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      imports: [
        ConfigModule.forRoot({
          ignoreEnvFile: true,
          skipProcessEnv: true,
          load: [() => ({ lastgood: settings })],
        }),
      ],
      providers: [
        {
          provide: SETTINGS,
          inject: [ConfigService],
          useFactory: (config: ConfigService) => config.getOrThrow<Settings>('lastgood'),
        },
      ],
      exports: [SETTINGS],
    };
  }

  static forRootAsync({ imports, inject, useFactory }: SettingsFactory): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      imports: imports ?? [],
      providers: [{ provide: SETTINGS, inject: inject ?? [], useFactory }],
      exports: [SETTINGS],
    };
  }
}
