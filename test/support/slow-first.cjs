const { default: Sequencer } = require('@jest/test-sequencer');

/** On a machine that never ran them, Jest begins with the longest files; these are short and run for a minute. */
const slow = [
  'fleet.model.spec',
  'fleet.search.spec',
  'publish-kill.process.spec',
  'start.process.spec',
  'disk-tier.torn.spec',
];

const isSlow = ({ path }) => slow.some((name) => path.includes(name));

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own
    const sorted = super.sort(tests);
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
};
