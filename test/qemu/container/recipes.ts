// Save images after struct _virQEMUSaveHeader of libvirt's qemu_saveimage.h.

interface Facts {
  readonly byteOrder?: 'little' | 'big'
  readonly magic?: string
  readonly version?: number
  readonly dataLength?: number
  readonly running?: number
  readonly format?: number
  readonly cookieOffset?: number
  readonly xml?: string
  readonly cookie?: string
  /** Zero bytes behind XML and cookie. */
  readonly padding?: number
}

/** What libvirt writes in front of the migration stream. */
export function saveImage(facts: Facts): Uint8Array {
  const { byteOrder = 'little', magic = 'LibvirtQemudSave', version = 2, running = 0, format = 0 } = facts
  const { xml = '<domain/>', cookie, padding = 0 } = facts
  const data = Buffer.from(`${xml}\0${cookie === undefined ? '' : `${cookie}\0`}${'\0'.repeat(padding)}`, 'latin1')
  const { dataLength = data.length, cookieOffset = cookie === undefined ? 0 : xml.length + 1 } = facts
  const header = Buffer.alloc(92)
  header.write(magic, 'latin1')
  for (const [index, word] of [version, dataLength, running, format, cookieOffset].entries()) {
    if (byteOrder === 'little') header.writeUInt32LE(word, 16 + 4 * index)
    else header.writeUInt32BE(word, 16 + 4 * index)
  }
  return new Uint8Array(Buffer.concat([header, data]))
}
