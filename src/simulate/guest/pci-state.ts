import { MSIX_BYTES } from '../vf/config.ts'
import type { Vf } from '../vf/vf.ts'
import { MAP } from './memory-map.ts'
import { PAGE, type Ram } from './ram.ts'

const CONFIG = 256
const ADDRESS = MAP.pciState.page * PAGE

/** The guest keeps config space and MSI-X table of a device in its memory, as before a suspend. */
export function savePciState(vf: Vf, ram: Ram): void {
  ram.write(ADDRESS, vf.config.subarray(0, CONFIG).slice())
  ram.write(ADDRESS + CONFIG, vf.msix.slice())
}

/** And writes them to the device that it finds afterwards. */
export function restorePciState(vf: Vf, ram: Ram): void {
  vf.config.set(ram.at(ADDRESS, CONFIG))
  vf.msix.set(ram.at(ADDRESS + CONFIG, MSIX_BYTES))
}
