import fc from 'fast-check'

// The same cases in every run, so that what fails, fails for everybody; VFMIG_SEED gives others.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.VFMIG_SEED ?? 20260101) })
