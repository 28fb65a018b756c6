// Writes a text dump of many functions, drawn in turn from all fixture functions: usage fleet.mjs OUT [COUNT].
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const GUESTS = join('fixtures', 'guests')

/** Title and rows of every function in the fixtures. */
function fixtureFunctions() {
  return readdirSync(GUESTS).flatMap((guest) =>
    ['lspci-xxxx.txt', 'lspci-xxxx.txt.gz']
      .filter((name) => readdirSync(join(GUESTS, guest)).includes(name))
      .flatMap((name) => {
        const bytes = readFileSync(join(GUESTS, guest, name))
        const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
        return text.split(/\n\n+/).filter((block) => /^[0-9a-f:.]+ /.test(block))
      })
      .map((block) => block.trimEnd().replace(/^\S+ /, '')),
  )
}

export function writeFleet(path, count) {
  const functions = fixtureFunctions()
  const blocks = Array.from({ length: count }, (_, index) => {
    const [domain, bus] = [index >> 13, (index >> 5) & 0xff]
    const address = `${hex(domain, 4)}:${hex(bus, 2)}:${hex(index & 0x1f, 2)}.0`
    return `${address} ${functions[index % functions.length]}\n`
  })
  writeFileSync(path, `${blocks.join('\n')}\n`, 'latin1')
}

const hex = (value, digits) => value.toString(16).padStart(digits, '0')

if (process.argv[1]?.endsWith('fleet.mjs')) writeFleet(process.argv[2], Number(process.argv[3] ?? 5000))
