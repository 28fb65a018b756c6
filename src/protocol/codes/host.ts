import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

/** The designs of 2017 to 2019, where the host driver stops the device. */
export const hostCodes = defineCodes({
  'protocol/bitmap-after-state': {
    severity: 'error',
    title: 'the dirty bitmap is asked for after the device state was taken',
    explanation:
      'Memory is normally complete before the devices are sent: pages found dirty now have to be sent behind the state, or are forgotten. The first version of the mdev series does it in this order by design, which is a warning there.',
    source: `S4-O1: ${sources.mdevGilbert}`,
  },
  'protocol/bitmap-before-stop': {
    severity: 'error',
    title: 'the dirty bitmap is asked for while the device runs',
    explanation:
      'It holds the pages that are pinned now and nothing of what follows; QEMU asks only when no device of the first group runs.',
    source: sources.mdevSeries,
  },
  'protocol/bitmap-missing': {
    severity: 'error',
    title: 'the dirty bitmap is not asked for after the device was stopped',
    explanation: 'Pages that only the device wrote keep their old content on the destination.',
    source: `${sources.mdevSeries}; ${sources.v2Logging}`,
  },
  'protocol/state-not-saved': {
    severity: 'error',
    title: 'the state of the device is never taken',
    explanation:
      'The device was stopped and the destination starts one without state. Loaders of the time do not notice a missing body: it has no length, and nothing says that it has to come.',
    source: `${sources.mdevSeries}; ${sources.regionsSeries}`,
  },
  'protocol/platform-mismatch': {
    severity: 'error',
    title: 'the state is from another platform than that of the destination',
    explanation:
      'The image carries nothing that tells: no platform, no device, a version that is always 0. The destination has to refuse it and cannot; the device then works with foreign registers.',
    source: `S4-O2: ${sources.gvtWang}`,
  },
  'protocol/bar-differs': {
    severity: 'error',
    title: 'a base address register differs between the two sides',
    explanation: 'The guest reaches its device where the destination has none. BARs have to be equal on both sides.',
    source: `S4-O3: ${sources.mdevSeries}`,
  },
  'protocol/pinned-pages-last': {
    severity: 'info',
    title: 'most pages are sent while the guest stands still',
    explanation:
      'Pages of the device are known only when it stops, and sent once, at the end: the downtime grows with the memory that it has pinned.',
    source: `S4-O4: ${sources.mdevSeries}, by derivation`,
  },
  'protocol/other-group-running': {
    severity: 'error',
    title: 'a device of another group runs while the bitmap is fetched',
    explanation:
      'Only the first group of the container is looked at. What the running device writes after the query is lost.',
    source: `S4-O5: ${sources.mdevSeries}, by derivation`,
  },
  'protocol/run-state-access': {
    severity: 'error',
    title: 'the run-state byte is accessed with a length other than 1',
    explanation:
      'The driver answers with an error. An image that is written from offset 0 would start with it: the image begins at offset 1.',
    source: sources.mdevSeries,
  },
  'protocol/image-split': {
    severity: 'error',
    title: 'the device image is read or written in more than one piece',
    explanation:
      'Each access makes the driver produce, or load, a whole image at that offset: a second piece is taken for an image of its own. Access all of it in one call from offset 1.',
    source: sources.mdevSeries,
  },
  'protocol/image-overrun': {
    severity: 'error',
    title: 'an access runs past the end of its region',
    explanation: 'The driver of the series does not check it and touches memory behind its buffer.',
    source: sources.mdevSeries,
  },
  'protocol/state-access-while-running': {
    severity: 'error',
    title: 'device state is read or written while the device is not in the state for it',
    explanation:
      'A running device changes what is read and what was loaded. Stop it on the source before reading; on the destination start it, or leave the resuming state, only after loading.',
    source: `${sources.mdevSeries}; ${sources.regionsSeries}`,
  },
  'protocol/unusual-path': {
    severity: 'info',
    title: 'the device state changes in a legal but unusual way',
    explanation:
      'In 2019 all twelve transitions were legal and the published code used running, logging, stopped with logging, stopped. The header of migration v1 lists few transitions, and QEMU takes others for guests that are paused. Drivers are little tested on those.',
    source: `${sources.regionsSeries}; ${sources.v1Header}`,
  },
  'protocol/bitmap-without-logging': {
    severity: 'error',
    title: 'dirty pages are asked for while the device does not log them',
    explanation:
      'The bitmap is empty or old: pages are lost without a word. Logging has to be on before the first round.',
    source: `${sources.regionsSeries}; ${sources.v2Logging}`,
  },
  'protocol/bitmap-range': {
    severity: 'error',
    title: 'a dirty query is for no page, or for more than the bitmap region holds',
    explanation: 'The driver refuses it. Ask in pieces of at most 8 pages per byte of the region.',
    source: sources.regionsSeries,
  },
  'protocol/set-before-data': {
    severity: 'error',
    title: 'the driver is told to load a buffer before the data is in it',
    explanation: 'It loads what was there before. Write the data region first, then SET_BUFFER.',
    source: sources.regionsSeries,
  },
  'protocol/read-before-get': {
    severity: 'error',
    title: 'a data region is read before the driver was told to fill it',
    explanation: 'It holds old data. GET_BUFFER first, then read.',
    source: sources.regionsSeries,
  },
  'protocol/get-without-read': {
    severity: 'error',
    title: 'the driver filled a buffer and nobody read it',
    explanation: 'That part of the state is lost.',
    source: sources.regionsSeries,
  },
  'protocol/action-before-position': {
    severity: 'error',
    title: 'device memory is moved before its position was set',
    explanation: 'The driver uses the position of the piece before: that piece is moved twice and this one never.',
    source: sources.regionsSeries,
  },
  'protocol/memory-position': {
    severity: 'error',
    title: 'the position in device memory is not a multiple of the region',
    explanation: 'Pieces are numbered by position divided by the length of the data region.',
    source: sources.regionsSeries,
  },
  'protocol/config-too-large': {
    severity: 'error',
    title: 'the device state is larger than the region that has to hold it',
    explanation:
      'The region cannot be read in pieces, so such a device cannot migrate at all. A limit on the size of the state cannot be imposed on all devices; the interface needs a way to split it.',
    source: `S5-O6: ${sources.regionsLimit}`,
  },
})
