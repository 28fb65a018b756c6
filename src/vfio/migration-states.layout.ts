/** States of a device in migration version 2, by number: enum vfio_device_mig_state of linux/vfio.h without its prefix. */
export const V2_STATES = {
  0: 'ERROR',
  1: 'STOP',
  2: 'RUNNING',
  3: 'STOP_COPY',
  4: 'RESUMING',
  5: 'RUNNING_P2P',
  6: 'PRE_COPY',
  7: 'PRE_COPY_P2P',
} as const

/** The name of a state of migration version 2. */
export type V2State = (typeof V2_STATES)[keyof typeof V2_STATES]
