import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which value a profile gives a placeholder (PR-1). */
@Entity({ schema: 'lastgood', name: 'profile_values' })
export class ProfileValueEntity {
  @PrimaryColumn('text')
  profile!: string;

  @PrimaryColumn('text')
  placeholder!: string;

  /** Of a `PlaceholderValueEntity` of that placeholder. */
  @Column('text', { name: 'value_name' })
  valueName!: string;
}
