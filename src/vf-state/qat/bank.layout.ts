import { array, reserved, struct, u32, u64 } from '../../layout/index.ts'

const SOURCE = 'linux drivers/crypto/intel/qat/qat_common/adf_accel_devices.h, struct bank_state and struct ring_config'

const ring = struct(
  'qat-ring',
  {
    base: u64.asHex().doc('base address and size, as in the registers'),
    config: u32.asHex(),
    head: u32.doc('bytes from the base'),
    tail: u32.doc('bytes from the base'),
    reserved: reserved(4),
  },
  { title: 'Ring of a QAT bank', source: SOURCE },
)

/** Registers of one bank of rings; names as in the driver. */
export const qatBank = struct(
  'qat-bank',
  {
    ringstat0: u32.asHex().doc('rings that are empty'),
    ringstat1: u32.asHex(),
    ringuostat: u32.asHex().doc('rings with underflow or overflow'),
    ringestat: u32.asHex().doc('empty'),
    ringnestat: u32.asHex().doc('nearly empty'),
    ringnfstat: u32.asHex().doc('nearly full'),
    ringfstat: u32.asHex().doc('full'),
    ringcstat0: u32.asHex().doc('configuration status'),
    ringcstat1: u32.asHex(),
    ringcstat2: u32.asHex(),
    ringcstat3: u32.asHex(),
    iaintflagen: u32.asHex().doc('interrupt flag enable'),
    iaintflagreg: u32.asHex().doc('interrupt flags'),
    iaintflagsrcsel0: u32.asHex().doc('interrupt source select'),
    iaintflagsrcsel1: u32.asHex(),
    iaintcolen: u32.asHex().doc('interrupt coalescing enable'),
    iaintcolctl: u32.asHex().doc('interrupt coalescing control'),
    iaintflagandcolen: u32.asHex().doc('flag and coalescing enable'),
    ringexpstat: u32.asHex().doc('exceptions'),
    ringexpintenable: u32.asHex().doc('exception interrupt enable'),
    ringsrvarben: u32.asHex().doc('rings that the arbiter serves'),
    reserved: reserved(4),
    rings: array(ring, 16),
  },
  { title: 'Registers of a QAT bank', source: SOURCE },
)
