/** Facts of a structure of the kernel's header, which has the byte order of the machine. */
export const vfioFacts = (title: string, name: string) =>
  ({ title, source: `linux/vfio.h struct ${name}`, byteOrder: 'parameter' }) as const
