/** Roles of parts, as the help of `pack` lists them. */
const ROLES: readonly (readonly [word: string, meaning: string])[] = [
  ['config-space=FILE', 'raw, or any text form that decode reads'],
  ['msix-table=FILE, msix-pba=FILE', 'bytes of the BAR'],
  ['device-state:FORMAT=FILE', 'state in a format of vfmig formats;'],
  ['', 'without :FORMAT it is looked for, and may'],
  ['', 'stay unknown; --set gives its options'],
  ['pf-state, ring-state, mmio-registers, faked-capability', 'the same'],
  ['memory:NAME=FILE@ADDRESS', 'guest memory from an address on, in pages'],
  ['', 'of --page-size'],
  ['dirty-bitmap:ENCODING=FILE@ADDRESS', 'raw, roaring, roaring-64, run-lengths or a'],
  ['', 'format; without :ENCODING it is looked'],
  ['', 'for; without @ADDRESS from 0 on'],
  ['state-transitions=FILE', 'lines such as {"time":5,"side":"source",'],
  ['', '"interface":"vfio-v2","from":2,"to":3}'],
  ['irq-events=FILE', 'lines such as {"time":6,"side":"source",'],
  ['', '"what":"raised","vector":1}'],
  ['trace=FILE', 'what vfmig simulate --trace writes'],
  ['vendor-private:VENDOR:SUBTYPE=FILE', 'such as vendor-private:0x8086:1=extra.bin'],
  ['note=FILE', 'text for people'],
]

type Rows = readonly (readonly [word: string, meaning: string])[]

/** Words with their meanings in a column of their own. */
const rows = (all: Rows, width: number) =>
  all
    .flatMap(([word, meaning]) =>
      word.length > width ? [`  ${word}`, `  ${''.padEnd(width)}${meaning}`] : [`  ${word.padEnd(width)}${meaning}`],
    )
    .join('\n')

export const PART_HELP = `\nParts:\n${rows(ROLES, 36)}`

/** Parts of a stream of QEMU, and of one that vfmig packed, as the help of `extract` lists them. */
const QEMU_PARTS: Rows = [
  ['vfio', 'own state of a VFIO device, the data of its records and channels'],
  ['config-space', '256 or 4096 bytes of a VFIO device, or of any with --device'],
  ['msix', 'MSI-X table and pending bits of the same'],
  ['device:NAME', 'body of the FULL section, NAME or NAME#INSTANCE'],
  ['ram:BLOCK', 'image of a block of memory, a sparse file with -o'],
  ['bitmap:NAME', 'bits of a dirty bitmap of a disk, NODE/BITMAP'],
  ['vmdesc', 'the JSON at the end'],
]
const PACKED_PARTS: Rows = [
  ['', 'config-space, msix-table, msix-pba, device-state, pf-state,'],
  ['', 'mmio-registers, ring-state, faked-capability, dirty-bitmap,'],
  ['', 'memory, trace'],
]

export const EXTRACT_HELP = `\nParts of a stream of QEMU:\n${rows(QEMU_PARTS, 14)}\n\nParts of a stream of vfmig pack:\n${rows(PACKED_PARTS, 0)}`
