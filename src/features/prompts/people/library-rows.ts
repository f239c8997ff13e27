import type { EntityManager } from 'typeorm';
import {
  deleteOtherProfileValues,
  deleteOtherValues,
  placeholdersSql,
  profilesSql,
  profilesUsing,
  putPlaceholder,
  putProfile,
  putProfileValues,
  putValues,
  unknownValues,
} from './library.sql.js';
import type { Placeholder, Profile } from './prompt-library.js';

/** The library inside one write transaction. */
export class LibraryRows {
  constructor(private readonly manager: EntityManager) {}

  placeholder(name: string): Promise<Placeholder | null> {
    return this.first(placeholdersSql('p.name = $1'), name);
  }

  profile(name: string): Promise<Profile | null> {
    return this.first(profilesSql('p.name = $1'), name);
  }

  /** Profiles that name a value of the placeholder other than these. */
  profilesUsing(placeholder: string, but: readonly string[]): Promise<{ profile: string; value: string }[]> {
    return this.manager.query(profilesUsing, [placeholder, but]);
  }

  /** Of values by placeholder, those that there are not. */
  unknownValues(values: Profile['values']): Promise<{ placeholder: string; isPlaceholder: boolean }[]> {
    return this.manager.query(unknownValues, [Object.keys(values), Object.values(values)]);
  }

  async put({ name, description, values }: Placeholder): Promise<void> {
    const names = Object.keys(values);
    await this.manager.query(putPlaceholder, [name, description]);
    await this.manager.query(deleteOtherValues, [name, names]);
    await this.manager.query(putValues, [name, names, Object.values(values)]);
  }

  async putProfile({ name, category, description, values }: Profile): Promise<void> {
    const placeholders = Object.keys(values);
    await this.manager.query(putProfile, [name, category, description]);
    await this.manager.query(deleteOtherProfileValues, [name, placeholders]);
    await this.manager.query(putProfileValues, [name, placeholders, Object.values(values)]);
  }

  /** With its values. */
  async remove(table: 'placeholders' | 'profiles', name: string): Promise<void> {
    await this.manager.query(`DELETE FROM lastgood.${table} WHERE name = $1`, [name]);
  }

  private async first<R>(select: string, name: string): Promise<R | null> {
    const [{ found }] = (await this.manager.query(`SELECT (${select}) AS found`, [name])) as [{ found: R[] }];
    return found[0] ?? null;
  }
}
