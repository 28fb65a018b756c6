import type { Format } from '../../layout/index.ts'
import { blobFormat, type OpaqueBlob } from './blob.ts'
import { blobCodes } from './codes.ts'

export const unknownBlobFormat: Format<OpaqueBlob> = blobFormat({
  name: 'unknown-blob',
  title: 'Bytes of which nothing is known',
  source: 'Statistics of the bytes alone',
  evidence: 'derived',
  codes: {},
  reason:
    'No layout is known for these bytes. States of pds devices, of vendor drivers outside of Linux, and mlx5 images without a record header have none in public.',
  judge({ bytes, profile }) {
    const { length } = bytes
    if (length === 0) return []
    const message = `The ${length} bytes are opaque: ${profile.bitsPerByte.toFixed(3)} bits per byte, ${profile.reading}.`
    return [blobCodes.finding('vf-state/blob-opaque', message, { offset: 0, length, path: ['bytes'] })]
  },
})
