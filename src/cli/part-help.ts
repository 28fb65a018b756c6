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

export const PART_HELP = `\nParts:\n${ROLES.flatMap(([word, meaning]) =>
  word.length > 36 ? [`  ${word}`, `  ${''.padEnd(36)}${meaning}`] : [`  ${word.padEnd(36)}${meaning}`],
).join('\n')}`
