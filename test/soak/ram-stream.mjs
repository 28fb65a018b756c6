// A migration stream of QEMU of any length, made while it is read: one block of memory, whose pages come again and again.

const PAGE = 4096
const PIECE = 1 << 20
const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0))

function be(value, bytes) {
  const all = []
  for (let at = bytes - 1; at >= 0; at--) all.push(Math.floor(value / 256 ** at) % 256)
  return all
}

/** Numbers from a fixed seed, as bytes. */
function noise(length) {
  const bytes = new Uint8Array(length)
  const words = new Uint32Array(bytes.buffer)
  let state = 0x2545f491
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[at] = state
  }
  return bytes
}

/**
 * Pieces of a stream of about `bytes` bytes with whole pages of random content, 256 in a section.
 *
 * @param memory bytes of the block: it is gone over again when it is through
 */
export function* ramStream(bytes, memory = 2 ** 30) {
  const footer = [0x7e, ...be(1, 4)]
  const end = be(0x10, 8)
  const list = [...be(memory + 4, 8), 6, ...ascii('pc.ram'), ...be(memory, 8), ...end]
  const machine = ascii('pc-q35-10.0')
  const start = [1, ...be(1, 4), 3, ...ascii('ram'), ...be(0, 4), ...be(4, 4), ...list, ...footer]
  yield Uint8Array.of(...ascii('QEVM'), ...be(3, 4), 7, ...be(machine.length, 4), ...machine, ...start)
  const pages = PIECE / PAGE
  const head = Uint8Array.of(2, ...be(1, 4))
  const tail = Uint8Array.of(...end, ...footer)
  const named = 8 + 7
  const section = new Uint8Array(head.length + named + PAGE + (pages - 1) * (8 + PAGE) + tail.length)
  const content = noise(PIECE)
  const view = new DataView(section.buffer)
  let address = 0
  for (let sent = 0; sent < bytes; sent += section.length) {
    section.set(head)
    let at = head.length
    for (let page = 0; page < pages; page++) {
      view.setBigUint64(at, BigInt(address) + (page === 0 ? 8n : 0x28n))
      at += 8
      if (page === 0) {
        section.set([6, ...ascii('pc.ram')], at)
        at += 7
      }
      section.set(content.subarray(page * PAGE, (page + 1) * PAGE), at)
      at += PAGE
      address = (address + PAGE) % memory
    }
    section.set(tail, at)
    yield section
  }
  yield Uint8Array.of(3, ...be(1, 4), ...end, ...footer, 0)
}
