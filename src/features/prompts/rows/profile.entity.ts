import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ProfileCategory = 'style' | 'subject';

/** Values of placeholders that a person takes together (PR-1). */
@Entity({ schema: 'lastgood', name: 'profiles' })
export class ProfileEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  category!: ProfileCategory;

  @Column('text')
  description!: string;
}
