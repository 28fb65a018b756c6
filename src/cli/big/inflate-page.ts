import { inflateSync } from 'node:zlib'

/** Inflates a page that QEMU compressed. @throws where it is damaged, or longer than it may be */
export const inflatePage = (data: Uint8Array, most: number): Uint8Array => inflateSync(data, { maxOutputLength: most })
