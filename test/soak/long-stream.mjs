// A migration stream of 20 GiB, made while it is read, through a pipe into `vfmig validate` and `vfmig decode --json`:
// memory stays flat. Usage: long-stream.mjs [GIB]
import { pageStream } from '../bench/page-stream.mjs'
import { GIB, soak } from './flat-memory.mjs'

const LENGTH = Number(process.argv[2] ?? 20) * GIB

const large = { title: '256 pages a record', pieces: () => pageStream(LENGTH) }
const small = { title: '1 page a record', pieces: () => pageStream(LENGTH, 1) }

await soak([
  { words: ['validate', '-'], ...large },
  { words: ['validate', '-'], ...small },
  { words: ['decode', '--json', '-'], ...large },
])
