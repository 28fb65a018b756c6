import { flag, integer, optional } from './field.ts'
import { device, kind } from './kind.ts'

const result = optional(integer('0 or positive; negative: the error number; 0 when left out'))

/** What user space and the kernel say to each other in VFIO migration v2; states are the kernel's numbers. */
export const vfioKinds = {
  'migration-features': kind('the driver says what it can do', {
    stopCopy: flag('the state can be taken while the device is stopped'),
    p2p: flag('the device can be kept from starting DMA to its peers'),
    preCopy: flag('the state can be read while the device runs'),
    device,
  }),
  'state-set': kind('another device state is asked for', {
    state: integer('number of the state'),
    result,
    dataFd: optional(integer('data descriptor in the answer; -1: none')),
    device,
  }),
  'state-read': kind('the device state is learnt', { state: integer('number of the state'), device }),
  'data-read': kind('the data descriptor is read', {
    asked: optional(integer('bytes asked for')),
    bytes: integer('bytes that came; 0 is the end of what there is now'),
    result,
    device,
  }),
  'data-written': kind('the data descriptor is written', {
    asked: optional(integer('bytes offered')),
    bytes: integer('bytes that were taken'),
    result,
    device,
  }),
  'data-closed': kind('the data descriptor is closed', { device }),
  'precopy-info': kind('what is left to read before the stop is asked for', {
    initialBytes: integer('bytes of initial data left'),
    dirtyBytes: integer('bytes that changed after they were read'),
    reinit: optional(flag('whether the driver says that initialBytes starts anew')),
    result,
    device,
  }),
  'precopy-info-v2': kind('user space asks for the flags of the pre-copy information to mean something', {
    result,
    device,
  }),
  'stop-copy-size': kind('the length that the state will have after the stop is learnt', {
    bytes: integer('an estimate'),
    result,
    device,
  }),
  'dma-logging': kind('tracking of dirty pages by the device is switched', {
    on: flag('true: switched on'),
    ranges: optional(integer('number of ranges that are tracked')),
    pageSize: optional(integer('bytes of a page')),
    result,
    device,
  }),
  'dirty-tracking': kind('tracking of dirty pages by the IOMMU container is switched', {
    on: flag('true: switched on'),
    result,
  }),
} as const
