import { PAGE } from './ram.ts'
import { RING_SIZE } from './variables.layout.ts'

/** Bytes of a packet buffer: two in a page. */
export const BUFFER_SIZE = 2048
/** Packets that the guest may have queued for sending. */
export const TX_BUFFERS = 32
/** Places for received data, used in turn. */
export const SOCKET_BUFFERS = 32

/** Where things lie in the memory of the simulated guest: first page and number of pages. */
export const MAP = {
  /** What the driver knows of its device. */
  variables: { page: 0, pages: 1 },
  /** Last value of every register, where the driver records them. */
  record: { page: 1, pages: 16 },
  rxRing: { page: 17, pages: 1 },
  txRing: { page: 18, pages: 1 },
  rxBuffers: { page: 19, pages: (RING_SIZE * BUFFER_SIZE) / PAGE },
  txBuffers: { page: 51, pages: (TX_BUFFERS * BUFFER_SIZE) / PAGE },
  /** Data that programs have received. */
  sockets: { page: 67, pages: (SOCKET_BUFFERS * BUFFER_SIZE) / PAGE },
  /** Where the guest keeps the PCI state of a device that it has stopped. */
  pciState: { page: 83, pages: 2 },
  /** Memory of programs that have nothing to do with the device. */
  programs: { page: 85, pages: 107 },
} as const

export const RAM_PAGES = MAP.programs.page + MAP.programs.pages

export type Area = keyof typeof MAP

/** Guest-physical address of a packet buffer. */
export function bufferAddress(area: 'rxBuffers' | 'txBuffers' | 'sockets', index: number): number {
  return MAP[area].page * PAGE + index * BUFFER_SIZE
}

/** Which area a page belongs to. */
export function areaOf(page: number): Area {
  for (const [area, { page: first, pages }] of Object.entries(MAP)) {
    if (page >= first && page < first + pages) return area as Area
  }
  throw new RangeError(`The guest has ${RAM_PAGES} pages, there is no page ${page}.`)
}
