import fc from 'fast-check';

// Properties are tried with new cases at each run of a developer, and with the same cases at each run of CI: a commit that has passed
// passes again, and a failure is that of the commit. WEIR_PROPERTY_SEED gives a run the cases of another.
const given = process.env['WEIR_PROPERTY_SEED'] ?? (process.env['CI'] ? '20261130' : undefined);
if (given !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });
