/** A profile that is in order. */
export const exampleProfile = {
  classification: 'primary',
  primary: 'Sirius',
  percentages: { Sirius: 61.5, Vega: 22, Lyra: 16.5 },
  hdData: {
    type: 'Generator',
    authority: 'Sacral',
    profile: '3/5',
    centers: ['Sacral', 'Throat'],
    gates: [5, 34, 57],
  },
};

/** As many as are asked for, no two alike. */
export const profileNumber = (number: number) => ({
  ...exampleProfile,
  percentages: { Sirius: (number % 200) / 2, Vega: Math.floor(number / 200) / 2 },
});
