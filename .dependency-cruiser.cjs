// Imports point downwards only: each room may import those named behind it, itself, and the ground.
const GROUND = ['layout', 'findings', 'hash', 'generated']
const ROOMS = {
  findings: [],
  hash: [],
  layout: ['findings', 'hash'],
  pci: [...GROUND],
  'dirty-bitmap': [...GROUND],
  vfio: [...GROUND, 'dirty-bitmap', 'pci'],
  'vf-state': [...GROUND, 'vfio', 'dirty-bitmap', 'pci'],
  protocol: [...GROUND, 'vf-state', 'vfio', 'dirty-bitmap', 'pci'],
  qemu: [...GROUND, 'protocol', 'vf-state', 'vfio', 'dirty-bitmap', 'pci'],
  stream: [...GROUND, 'protocol', 'vf-state', 'vfio', 'dirty-bitmap', 'pci'],
  capture: [...GROUND, 'qemu', 'stream', 'protocol', 'vf-state', 'vfio', 'dirty-bitmap', 'pci'],
  convert: [...GROUND, 'qemu', 'stream', 'protocol', 'vf-state', 'vfio', 'dirty-bitmap', 'pci'],
  simulate: [...GROUND, 'registry', 'capture', 'qemu', 'stream', 'protocol', 'vf-state', 'vfio', 'dirty-bitmap', 'pci'],
  registry: [...GROUND, 'capture', 'qemu', 'stream', 'protocol', 'vf-state', 'vfio', 'dirty-bitmap', 'pci'],
}

const layers = Object.entries(ROOMS).map(([room, below]) => ({
  name: `${room}-imports-downwards`,
  comment: `src/${room} may import ${below.join(', ') || 'nothing else'}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...below].join('|')})/` },
}))

// The same inside of src/qemu; what stands in none of these folders is for all of them.
const QEMU_ROOMS = {
  container: [],
  ram: [],
  vmdesc: [],
  multifd: [],
  'return-path': [],
  vfio: ['multifd'],
  judge: ['ram', 'vmdesc'],
  stream: ['container', 'judge', 'ram', 'vfio', 'vmdesc'],
  channels: ['judge', 'multifd', 'ram', 'stream', 'vfio'],
}

const qemuLayers = Object.entries(QEMU_ROOMS).map(([room, below]) => ({
  name: `qemu-${room}-imports-downwards`,
  comment: `Of the folders of src/qemu, ${room} may import ${below.join(', ') || 'none'}.`,
  severity: 'error',
  from: { path: `^src/qemu/${room}/` },
  to: { path: '^src/qemu/([^/]+/|index\\.ts$)', pathNot: `^src/qemu/(${[room, ...below].join('|')})/` },
}))

module.exports = {
  forbidden: [
    ...layers,
    ...qemuLayers,
    {
      name: 'no-cycles',
      comment: 'A cycle has no lowest room.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'descriptions-are-data',
      comment: 'A *.layout.ts imports the description language and other descriptions, nothing else.',
      severity: 'error',
      from: { path: '\\.layout\\.ts$' },
      to: { path: '^src/', pathNot: '(^src/layout/index\\.ts$|\\.layout\\.ts$)' },
    },
    {
      name: 'no-node-in-codecs',
      comment: 'Codecs run in browsers: only the command and the build scripts use Node.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|build|live)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'binary-parser-only-compiles',
      comment: 'Generated code decodes; binary-parser is needed to generate it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/layout/compile/' },
      to: { path: 'node_modules/binary-parser' },
    },
    {
      name: 'fast-check-only-in-fuzz',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/fuzz/' },
      to: { path: 'node_modules/fast-check' },
    },
    {
      name: 'no-faces-from-below',
      comment: 'Nothing imports the faces.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|fuzz|live|web|build)/' },
      to: { path: '^src/(cli|fuzz|live|web|build)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
