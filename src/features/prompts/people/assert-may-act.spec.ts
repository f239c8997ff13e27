import { ForbiddenError, roles } from '../../../platform/security/index.js';
import { assertMayAct } from './assert-may-act.js';

const token = (sub: string) => ({ id: `jwt:${sub}`, name: sub, role: 'client' as const });

describe('assertMayAct (PR-7)', () => {
  it("lets a person's own token act, and no other's", () => {
    expect(() => assertMayAct(token('ann'), 'ann')).not.toThrow();
    for (const other of ['bob', 'Ann', 'ann ', 'an', '', 'jwt:ann'])
      expect(() => assertMayAct(token('ann'), other)).toThrow(ForbiddenError);
  });

  it('lets no other role than admin act for others, and no API key that is called as a person is', () => {
    for (const role of roles.filter((each) => each !== 'admin'))
      expect(() => assertMayAct({ id: 'AAAAAAAA', name: 'ann', role }, 'ann')).toThrow(ForbiddenError);
    expect(() => assertMayAct({ id: 'AAAAAAAA', name: 'x', role: 'admin' }, 'ann')).not.toThrow();
    expect(() => assertMayAct({ id: 'ann', name: 'ann', role: 'editor' }, 'ann')).toThrow(ForbiddenError);
  });

  it('says the same of everybody', () => {
    const said = ['bob', 'nobody'].map((id) => {
      try {
        assertMayAct(token('ann'), id);
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(said).toEqual(['This needs the role "admin"', 'This needs the role "admin"']);
  });
});
