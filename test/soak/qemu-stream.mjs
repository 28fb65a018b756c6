// A migration stream of QEMU of 20 GiB, made while it is read, through a pipe into commands that read such streams: memory
// stays flat. Usage: qemu-stream.mjs [GIB]
import { GIB, soak } from './flat-memory.mjs'
import { ramStream } from './ram-stream.mjs'

const LENGTH = Number(process.argv[2] ?? 20) * GIB

function* pieces() {
  // Each is used again for the next one.
  for (const piece of ramStream(LENGTH)) yield piece.slice()
}

await soak(
  [
    ['validate', '-'],
    ['decode', '--json', '-'],
    ['dirty', '--json', '-'],
  ].map((words) => ({ title: 'pages of QEMU', words, pieces })),
)
