import { DiskRig } from '../../../test/support/disk-rig.js';
import { describeTierOrder } from '../../../test/support/tier-order-contract.js';

describeTierOrder('DiskTier', async () => {
  const rig = new DiskRig();
  return { tier: await rig.tier(), close: () => rig.close() };
});
