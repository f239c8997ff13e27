import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a person set for themselves (PR-1). Personal: never logged. */
@Entity({ schema: 'lastgood', name: 'user_placeholder_settings' })
export class UserPlaceholderSettingEntity {
  /** As it is stored: an integer as its digits. */
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;

  @PrimaryColumn('text')
  placeholder!: string;

  @Column('text')
  value!: string;
}
